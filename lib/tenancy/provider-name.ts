/**
 * What a provider calls a person (sub) or its own session (sid), as far as it can be stored and shown. OpenID
 * Connect Core 1.0, section 2, allows a subject 255 ASCII characters; others are taken, too.
 */
export const PROVIDER_NAME = /^[^\p{Cc}\p{Surrogate}]{1,255}$/u;
