import { z } from "zod";

/**
 * A web address that the portal links to. Only http and https, because a link runs in the owner's browser; no name and password
 * in it, because every owner of the tenant can read it.
 */
export const webAddress = z
  .string()
  .max(2_000)
  .refine(
    (text) => {
      if (!URL.canParse(text)) return false;
      const { protocol, username, password } = new URL(text);
      return /^https?:$/.test(protocol) && username === "" && password === "";
    },
    { error: "is not an http(s) address without a name and password in it, like https://photos.example/" },
  )
  .meta({ format: "uri", pattern: "^https?://" });
