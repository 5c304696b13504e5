-- AlterTable
ALTER TABLE "ci_trusts" ADD COLUMN     "last_used_at" TIMESTAMPTZ(3);

-- what is still known of it
UPDATE "ci_trusts" t SET "last_used_at" = (SELECT max("created_at") FROM "api_tokens" WHERE "trust_id" = t."id");

-- CreateIndex
CREATE INDEX "api_tokens_expires_at_idx" ON "api_tokens"("expires_at");
