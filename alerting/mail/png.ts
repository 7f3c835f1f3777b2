import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Twice the chart's own units: sharp on fine screens. Encoding is most of the cost, and grows with the area. */
const PNG_WIDTH = 960;

/** The font comes with the package that the pages use, so that nothing depends on what the machine has installed. */
const fonts = join(dirname(createRequire(import.meta.url).resolve("geist/font/sans")), "fonts/geist-sans");

/**
 * Draws an SVG as PNG with a transparent background, on a thread beside the main one.
 * @throws Error when the SVG is none, or the renderer has no binary for this machine
 */
export async function pngOf(svg: string): Promise<Buffer> {
  const { renderAsync } = await import("@resvg/resvg-js");
  const image = await renderAsync(svg, {
    fitTo: { mode: "width", value: PNG_WIDTH },
    font: {
      fontFiles: [join(fonts, "Geist-Regular.ttf"), join(fonts, "Geist-Medium.ttf")],
      loadSystemFonts: false,
      defaultFontFamily: "Geist",
    },
  });
  return image.asPng();
}
