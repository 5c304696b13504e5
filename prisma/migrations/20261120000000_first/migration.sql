-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "environments" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "position" INTEGER NOT NULL DEFAULT 0,
    "control_plane_url" TEXT NOT NULL,
    "control_plane_token_env" TEXT NOT NULL,
    "tenant_url_template" TEXT NOT NULL,
    "settle_budget_seconds" INTEGER NOT NULL DEFAULT 240,
    "poll_seconds" DOUBLE PRECISION NOT NULL DEFAULT 20,
    "redeploy_timeout_seconds" INTEGER NOT NULL DEFAULT 600,
    "max_attempts" INTEGER NOT NULL DEFAULT 3,
    "retry_backoff_seconds" DOUBLE PRECISION NOT NULL DEFAULT 5,
    "sweep_seconds" INTEGER NOT NULL DEFAULT 60,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sweep_started_at" TIMESTAMPTZ(3),
    "swept_at" TIMESTAMPTZ(3),
    "sweep_outcome" TEXT,
    "sweep_detail" TEXT,
    "sweep_found" INTEGER,
    "sweep_answered" INTEGER,
    "enumerated_at" TIMESTAMPTZ(3),

    CONSTRAINT "environments_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "components" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "components_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "builds" (
    "id" TEXT NOT NULL,
    "component_id" TEXT NOT NULL,
    "sha" TEXT NOT NULL,
    "branch" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "images" JSONB,
    "committed_at" TIMESTAMPTZ(3),
    "ordered_at" TIMESTAMPTZ(3) NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "published_by" TEXT NOT NULL,

    CONSTRAINT "builds_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "targets" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "enumerated" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "targets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lanes" (
    "environment_id" TEXT NOT NULL,
    "component_id" TEXT NOT NULL,
    "held_by_apply_id" TEXT,

    CONSTRAINT "lanes_pkey" PRIMARY KEY ("environment_id","component_id")
);

-- CreateTable
CREATE TABLE "applies" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "component_id" TEXT NOT NULL,
    "build_id" TEXT NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "on_failure" TEXT NOT NULL,
    "max_stragglers" INTEGER NOT NULL DEFAULT 0,
    "batch_size" INTEGER NOT NULL,
    "soak_seconds" INTEGER NOT NULL,
    "canary_slug" TEXT,
    "requires_approval" BOOLEAN NOT NULL,
    "allow_downgrade" BOOLEAN NOT NULL DEFAULT false,
    "allow_unknown_order" BOOLEAN NOT NULL DEFAULT false,
    "idempotency_key" TEXT,
    "request_hash" TEXT,
    "opened_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "opened_by" TEXT NOT NULL,
    "approved_at" TIMESTAMPTZ(3),
    "approved_by" TEXT,
    "rejected_at" TIMESTAMPTZ(3),
    "rejected_by" TEXT,
    "rejected_reason" TEXT,
    "released_at" TIMESTAMPTZ(3),
    "released_by" TEXT,
    "stop_requested_at" TIMESTAMPTZ(3),
    "stop_requested_by" TEXT,
    "cancel_requested_at" TIMESTAMPTZ(3),
    "cancel_requested_by" TEXT,
    "cancel_reason" TEXT,
    "superseded_at" TIMESTAMPTZ(3),
    "superseded_by_id" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "state" TEXT NOT NULL DEFAULT 'pending',
    "settled" BOOLEAN NOT NULL DEFAULT false,
    "release_status" TEXT NOT NULL DEFAULT 'pending',
    "headline" TEXT NOT NULL DEFAULT '',
    "ended_at" TIMESTAMPTZ(3),
    "wake_at" TIMESTAMPTZ(3),
    "change_seq" INTEGER NOT NULL DEFAULT 0,
    "total" INTEGER NOT NULL DEFAULT 0,
    "count_pending" INTEGER NOT NULL DEFAULT 0,
    "count_running" INTEGER NOT NULL DEFAULT 0,
    "count_completed" INTEGER NOT NULL DEFAULT 0,
    "count_failed" INTEGER NOT NULL DEFAULT 0,
    "count_failed_retryable" INTEGER NOT NULL DEFAULT 0,
    "count_stopped" INTEGER NOT NULL DEFAULT 0,
    "count_cancelled" INTEGER NOT NULL DEFAULT 0,
    "count_rolled_back" INTEGER NOT NULL DEFAULT 0,
    "count_skipped" INTEGER NOT NULL DEFAULT 0,
    "count_failed_canary" INTEGER NOT NULL DEFAULT 0,
    "count_on_new_build" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "applies_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operations" (
    "id" TEXT NOT NULL,
    "apply_id" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "batch" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "canary" BOOLEAN NOT NULL DEFAULT false,
    "from_sha" TEXT,
    "state" TEXT NOT NULL DEFAULT 'pending',
    "phase" TEXT,
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "attempt_limit" INTEGER NOT NULL,
    "retry_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "claim" TEXT,
    "claim_detail" TEXT,
    "claimed_at" TIMESTAMPTZ(3),
    "observed_kind" TEXT,
    "observed_sha" TEXT,
    "observed_at" TIMESTAMPTZ(3),
    "verdict" TEXT,
    "failure_reason" TEXT,
    "failure_detail" TEXT,

    CONSTRAINT "operations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attempts" (
    "id" TEXT NOT NULL,
    "operation_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "token" TEXT NOT NULL,
    "driver" TEXT,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "heartbeat_at" TIMESTAMPTZ(3),
    "asked_at" TIMESTAMPTZ(3),
    "claimed_at" TIMESTAMPTZ(3),
    "claim" TEXT,
    "claim_detail" TEXT,
    "claim_http_status" INTEGER,
    "claim_transport" TEXT,
    "settle_until" TIMESTAMPTZ(3),
    "looks" INTEGER NOT NULL DEFAULT 0,
    "observed_kind" TEXT,
    "observed_sha" TEXT,
    "observed_at" TIMESTAMPTZ(3),
    "observed_detail" TEXT,
    "ended_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "failure_reason" TEXT,
    "failure_detail" TEXT,

    CONSTRAINT "attempts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "expectations" (
    "target_id" TEXT NOT NULL,
    "component_id" TEXT NOT NULL,
    "build_id" TEXT NOT NULL,
    "apply_id" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "settling_until" TIMESTAMPTZ(3),

    CONSTRAINT "expectations_pkey" PRIMARY KEY ("target_id","component_id")
);

-- CreateTable
CREATE TABLE "current_readings" (
    "target_id" TEXT NOT NULL,
    "component_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sha" TEXT,
    "last_sha" TEXT,
    "reason" TEXT,
    "http_status" INTEGER,
    "detail" TEXT,
    "latency_ms" INTEGER,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "current_readings_pkey" PRIMARY KEY ("target_id","component_id")
);

-- CreateTable
CREATE TABLE "reading_history" (
    "id" BIGSERIAL NOT NULL,
    "target_id" TEXT NOT NULL,
    "component_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "sha" TEXT,
    "reason" TEXT,
    "http_status" INTEGER,
    "detail" TEXT,
    "from_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reading_history_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "changes" (
    "id" BIGSERIAL NOT NULL,
    "apply_id" TEXT,
    "environment_id" TEXT,
    "seq" INTEGER,
    "kind" TEXT NOT NULL,
    "operation_id" TEXT,
    "detail" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "changes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "via" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject_type" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "reason" TEXT,
    "detail" JSONB,
    "request_id" TEXT,

    CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "worker_heartbeats" (
    "id" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,
    "draining" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "worker_heartbeats_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "environments_slug_key" ON "environments"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "components_slug_key" ON "components"("slug");

-- CreateIndex
CREATE INDEX "builds_component_id_ordered_at_idx" ON "builds"("component_id", "ordered_at" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "builds_component_id_sha_key" ON "builds"("component_id", "sha");

-- CreateIndex
CREATE INDEX "targets_environment_id_position_idx" ON "targets"("environment_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "targets_environment_id_slug_key" ON "targets"("environment_id", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "applies_idempotency_key_key" ON "applies"("idempotency_key");

-- CreateIndex
CREATE INDEX "applies_state_id_idx" ON "applies"("state", "id" DESC);

-- CreateIndex
CREATE INDEX "applies_environment_id_id_idx" ON "applies"("environment_id", "id" DESC);

-- CreateIndex
CREATE INDEX "applies_environment_id_component_id_settled_idx" ON "applies"("environment_id", "component_id", "settled");

-- CreateIndex
CREATE INDEX "operations_apply_id_state_position_idx" ON "operations"("apply_id", "state", "position");

-- CreateIndex
CREATE INDEX "operations_target_id_started_at_idx" ON "operations"("target_id", "started_at");

-- CreateIndex
CREATE UNIQUE INDEX "operations_apply_id_position_key" ON "operations"("apply_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "operations_apply_id_target_id_key" ON "operations"("apply_id", "target_id");

-- CreateIndex
CREATE UNIQUE INDEX "attempts_operation_id_number_key" ON "attempts"("operation_id", "number");

-- CreateIndex
CREATE INDEX "reading_history_target_id_component_id_from_at_idx" ON "reading_history"("target_id", "component_id", "from_at" DESC);

-- CreateIndex
CREATE INDEX "changes_apply_id_seq_idx" ON "changes"("apply_id", "seq");

-- CreateIndex
CREATE INDEX "changes_at_idx" ON "changes"("at");

-- CreateIndex
CREATE INDEX "audit_subject_type_subject_id_idx" ON "audit"("subject_type", "subject_id");

-- AddForeignKey
ALTER TABLE "builds" ADD CONSTRAINT "builds_component_id_fkey" FOREIGN KEY ("component_id") REFERENCES "components"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "targets" ADD CONSTRAINT "targets_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lanes" ADD CONSTRAINT "lanes_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lanes" ADD CONSTRAINT "lanes_component_id_fkey" FOREIGN KEY ("component_id") REFERENCES "components"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "applies" ADD CONSTRAINT "applies_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "applies" ADD CONSTRAINT "applies_component_id_fkey" FOREIGN KEY ("component_id") REFERENCES "components"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "applies" ADD CONSTRAINT "applies_build_id_fkey" FOREIGN KEY ("build_id") REFERENCES "builds"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operations" ADD CONSTRAINT "operations_apply_id_fkey" FOREIGN KEY ("apply_id") REFERENCES "applies"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operations" ADD CONSTRAINT "operations_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "targets"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_operation_id_fkey" FOREIGN KEY ("operation_id") REFERENCES "operations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "expectations" ADD CONSTRAINT "expectations_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "targets"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "current_readings" ADD CONSTRAINT "current_readings_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "targets"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reading_history" ADD CONSTRAINT "reading_history_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "targets"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

