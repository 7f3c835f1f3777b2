import type { ReactNode } from "react";
import { OwnDocument } from "@/components/frame/own-document";

export default function PublicLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <OwnDocument />
      {children}
    </>
  );
}
