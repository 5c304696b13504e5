-- AlterTable
ALTER TABLE "attempts" ADD COLUMN     "run_id" TEXT,
ADD COLUMN     "run_url" TEXT;

-- CreateTable
CREATE TABLE "configurations" (
    "id" BIGSERIAL NOT NULL,
    "document" JSONB NOT NULL,
    "hash" TEXT NOT NULL,
    "imported_at" TIMESTAMPTZ(3) NOT NULL,
    "imported_by" TEXT NOT NULL,

    CONSTRAINT "configurations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "external_slots" (
    "environment_id" TEXT NOT NULL,
    "deploy_name" TEXT NOT NULL,
    "source_repo" TEXT NOT NULL,
    "sha" TEXT NOT NULL,
    "version" TEXT,
    "artifacts" JSONB,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "update_id" TEXT NOT NULL,
    "run_id" TEXT,
    "revision" INTEGER NOT NULL DEFAULT 1,
    "ring" JSONB NOT NULL DEFAULT '[]',

    CONSTRAINT "external_slots_pkey" PRIMARY KEY ("environment_id","deploy_name")
);

-- CreateTable
CREATE TABLE "external_updates" (
    "id" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "received_by" TEXT NOT NULL,
    "via" TEXT NOT NULL,
    "delivery_id" TEXT,
    "source_repo" TEXT NOT NULL,
    "deploy_name" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "sha" TEXT NOT NULL,
    "version" TEXT,
    "artifacts" JSONB,
    "run_id" TEXT,
    "dedupe_key" TEXT,
    "environment_id" TEXT,
    "forced" BOOLEAN NOT NULL DEFAULT false,
    "allow_downgrade" BOOLEAN NOT NULL DEFAULT false,
    "reason" TEXT,
    "refused_rule" TEXT,
    "refused_field" TEXT,
    "refused_message" TEXT,
    "refused_remedy" TEXT,
    "same_as_id" TEXT,
    "recorded_at" TIMESTAMPTZ(3),
    "slot_revision" INTEGER,
    "replaced" JSONB,
    "erased" JSONB,
    "superseded_at" TIMESTAMPTZ(3),
    "superseded_by_id" TEXT,
    "deploys" TEXT NOT NULL DEFAULT 'record_only',
    "open_refusal" JSONB,
    "open_tried_at" TIMESTAMPTZ(3),
    "apply_id" TEXT,

    CONSTRAINT "external_updates_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "webhook_deliveries" (
    "id" TEXT NOT NULL,
    "endpoint" TEXT NOT NULL,
    "dedupe_key" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "sender" TEXT,
    "event" TEXT,
    "delivery_id" TEXT,
    "verdict" TEXT NOT NULL,
    "rule" TEXT,
    "message" TEXT,
    "headers" JSONB NOT NULL,
    "body" BYTEA,
    "body_hash" TEXT,
    "body_bytes" INTEGER NOT NULL,
    "repeats" INTEGER NOT NULL DEFAULT 0,
    "repeated_at" TIMESTAMPTZ(3),
    "handled_at" TIMESTAMPTZ(3),
    "effects" JSONB,
    "failure" TEXT,
    "replay_of_id" TEXT,

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "checks" (
    "id" TEXT NOT NULL,
    "repo" TEXT,
    "sha" TEXT NOT NULL,
    "context" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "url" TEXT,
    "sender_order" BIGINT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "reported_by" TEXT NOT NULL,
    "delivery_id" TEXT,

    CONSTRAINT "checks_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "promotions" (
    "id" TEXT NOT NULL,
    "image_set" TEXT NOT NULL,
    "component_id" TEXT,
    "sha" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "undo_of_id" TEXT,
    "dry_run" BOOLEAN NOT NULL DEFAULT false,
    "override" JSONB,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_by" TEXT NOT NULL,
    "dedupe_key" TEXT,
    "plan" JSONB NOT NULL,
    "gate" JSONB,
    "gate_at" TIMESTAMPTZ(3),
    "commit_order" TEXT,
    "order_detail" TEXT,
    "prechecked_at" TIMESTAMPTZ(3),
    "moving_at" TIMESTAMPTZ(3),
    "verifying_at" TIMESTAMPTZ(3),
    "failure" JSONB,
    "compensating_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "repaired_at" TIMESTAMPTZ(3),
    "repaired_by" TEXT,
    "state" TEXT NOT NULL DEFAULT 'planned',
    "headline" TEXT NOT NULL DEFAULT '',
    "token" TEXT,
    "driver" TEXT,
    "heartbeat_at" TIMESTAMPTZ(3),
    "wake_at" TIMESTAMPTZ(3),
    "apply_id" TEXT,
    "apply_refusal" JSONB,

    CONSTRAINT "promotions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "promotion_moves" (
    "promotion_id" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "repository" TEXT NOT NULL,
    "source_tag" TEXT NOT NULL,
    "destination_tag" TEXT NOT NULL,
    "source_digest" TEXT,
    "media_type" TEXT,
    "previous_digest" TEXT,
    "previous_revision" TEXT,
    "snapshot_tag" TEXT,
    "snapshot_at" TIMESTAMPTZ(3),
    "read_at" TIMESTAMPTZ(3),
    "intended_at" TIMESTAMPTZ(3),
    "moved_at" TIMESTAMPTZ(3),
    "verified_at" TIMESTAMPTZ(3),
    "restore_intended_at" TIMESTAMPTZ(3),
    "restored_at" TIMESTAMPTZ(3),
    "observed_digest" TEXT,
    "observed_at" TIMESTAMPTZ(3),
    "foreign_digest" TEXT,
    "failure" TEXT,

    CONSTRAINT "promotion_moves_pkey" PRIMARY KEY ("promotion_id","position")
);

-- CreateTable
CREATE TABLE "watched_tags" (
    "image_set" TEXT NOT NULL,
    "repository" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "digest" TEXT,
    "revision" TEXT,
    "read_at" TIMESTAMPTZ(3) NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "failure" TEXT,

    CONSTRAINT "watched_tags_pkey" PRIMARY KEY ("image_set","repository","tag")
);

-- CreateTable
CREATE TABLE "alerts" (
    "id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "remedy" TEXT,
    "raised_at" TIMESTAMPTZ(3) NOT NULL,
    "cleared_at" TIMESTAMPTZ(3),
    "open_key" TEXT,

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "external_updates_dedupe_key_key" ON "external_updates"("dedupe_key");

-- CreateIndex
CREATE UNIQUE INDEX "external_updates_apply_id_key" ON "external_updates"("apply_id");

-- CreateIndex
CREATE INDEX "external_updates_environment_id_deploy_name_id_idx" ON "external_updates"("environment_id", "deploy_name", "id" DESC);

-- CreateIndex
CREATE INDEX "external_updates_run_id_idx" ON "external_updates"("run_id");

-- CreateIndex
CREATE INDEX "webhook_deliveries_endpoint_id_idx" ON "webhook_deliveries"("endpoint", "id" DESC);

-- CreateIndex
CREATE INDEX "webhook_deliveries_verdict_handled_at_idx" ON "webhook_deliveries"("verdict", "handled_at");

-- CreateIndex
CREATE UNIQUE INDEX "webhook_deliveries_endpoint_dedupe_key_key" ON "webhook_deliveries"("endpoint", "dedupe_key");

-- CreateIndex
CREATE INDEX "checks_sha_context_id_idx" ON "checks"("sha", "context", "id" DESC);

-- CreateIndex
CREATE INDEX "checks_at_idx" ON "checks"("at");

-- CreateIndex
CREATE UNIQUE INDEX "promotions_dedupe_key_key" ON "promotions"("dedupe_key");

-- CreateIndex
CREATE INDEX "promotions_image_set_id_idx" ON "promotions"("image_set", "id" DESC);

-- CreateIndex
CREATE INDEX "promotions_ended_at_wake_at_idx" ON "promotions"("ended_at", "wake_at");

-- CreateIndex
CREATE INDEX "promotions_sha_idx" ON "promotions"("sha");

-- CreateIndex
CREATE UNIQUE INDEX "alerts_open_key_key" ON "alerts"("open_key");

-- CreateIndex
CREATE INDEX "alerts_cleared_at_raised_at_idx" ON "alerts"("cleared_at", "raised_at" DESC);

-- AddForeignKey
ALTER TABLE "external_slots" ADD CONSTRAINT "external_slots_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "external_updates" ADD CONSTRAINT "external_updates_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environments"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "external_updates" ADD CONSTRAINT "external_updates_apply_id_fkey" FOREIGN KEY ("apply_id") REFERENCES "applies"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "promotion_moves" ADD CONSTRAINT "promotion_moves_promotion_id_fkey" FOREIGN KEY ("promotion_id") REFERENCES "promotions"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
