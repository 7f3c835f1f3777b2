export default function Page() {
  return <main>Watchpost</main>;
}
