/** RFC 5321 §4.5.3.1: 64 octets, "@", 255 octets; no quoting, no comments, no source routes, nothing outside ASCII. */
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,253}[A-Za-z0-9])?$/;

/** Whether a mail can be addressed to this text. Whether anybody has that address, only a relay can tell. */
export const isMailAddress = (text: string): boolean => ADDRESS.test(text);
