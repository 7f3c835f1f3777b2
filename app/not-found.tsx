import type { Metadata } from "next";
import { connection } from "next/server";
import { PublicCard } from "@/components/frame/public-card";
import { primaryButton } from "@/components/ui/button";

export const metadata: Metadata = { title: "Not found" };

export default async function NotFound() {
  // Rendered for each request: a page made at build time would lack the nonce that its scripts need.
  await connection();
  return (
    <PublicCard
      title="There is no such page"
      actions={
        <a href="/" className={primaryButton}>
          To your capability
        </a>
      }
    >
      <p>The address may be mistyped or out of date.</p>
    </PublicCard>
  );
}
