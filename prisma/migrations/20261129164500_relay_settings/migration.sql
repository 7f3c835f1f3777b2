-- Under which settings of the relay an address was called bad, and when it was last tried. Older builds write neither.
ALTER TABLE "address_health" ADD COLUMN     "tried_at" TIMESTAMPTZ(3);
ALTER TABLE "address_health" ADD COLUMN     "settings" TEXT;
ALTER TABLE "relay_check" ADD COLUMN     "settings" TEXT;
