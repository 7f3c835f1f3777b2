import "./globals.css";
import type { Metadata, Viewport } from "next";
import localFont from "next/font/local";
import type { ReactNode } from "react";

const geist = localFont({
  src: "../node_modules/geist/dist/fonts/geist-sans/Geist-Variable.woff2",
  variable: "--font-geist",
  weight: "100 900",
  // Never swapped in late: that would move every line of a page that somebody is reading already.
  display: "optional",
});

export const metadata: Metadata = {
  title: { default: "Watchpost", template: "%s · Watchpost" },
  description: "The health of your capability",
  icons: { icon: { url: "/favicon.svg", type: "image/svg+xml" } },
  robots: { index: false, follow: false },
  // Times and counts must not become telephone links: that would change the markup before React meets it.
  formatDetection: { telephone: false, date: false, address: false, email: false },
};

export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f5f5f3" },
    { media: "(prefers-color-scheme: dark)", color: "#0f1012" },
  ],
};

/** Stands after everything that is seen. */
const END = "end";

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" className={geist.variable}>
      <head>
        {/* Drawn once it is whole: what comes in pieces would else be drawn in pieces, and move as its neighbours come. */}
        <link rel="expect" href={`#${END}`} blocking="render" />
      </head>
      <body>
        {children}
        {/* At the end, not around: Chromium goes on as soon as the element begins. */}
        <div id={END} hidden />
      </body>
    </html>
  );
}
