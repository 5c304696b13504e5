-- An environment's own door moves to a fleet under the environment's id, so that a component may have another one there.

-- CreateTable
CREATE TABLE "fleets" (
    "id" TEXT NOT NULL,
    "environment_id" TEXT NOT NULL,
    "component_id" TEXT,
    "deploys_by" TEXT NOT NULL DEFAULT 'control_plane',
    "control_plane_url" TEXT,
    "control_plane_token_env" TEXT,
    "tenant_url_template" TEXT,
    "workflow" JSONB,
    "sweep_started_at" TIMESTAMPTZ(3),
    "swept_at" TIMESTAMPTZ(3),
    "sweep_outcome" TEXT,
    "sweep_detail" TEXT,
    "sweep_found" INTEGER,
    "sweep_answered" INTEGER,
    "enumerated_at" TIMESTAMPTZ(3),

    CONSTRAINT "fleets_pkey" PRIMARY KEY ("id")
);

INSERT INTO "fleets" ("id", "environment_id", "control_plane_url", "control_plane_token_env", "tenant_url_template",
    "sweep_started_at", "swept_at", "sweep_outcome", "sweep_detail", "sweep_found", "sweep_answered", "enumerated_at")
SELECT "id", "id", "control_plane_url", "control_plane_token_env", "tenant_url_template",
    "sweep_started_at", "swept_at", "sweep_outcome", "sweep_detail", "sweep_found", "sweep_answered", "enumerated_at"
FROM "environments";

-- AlterTable
ALTER TABLE "targets" ADD COLUMN "fleet_id" TEXT;
UPDATE "targets" SET "fleet_id" = "environment_id";
ALTER TABLE "targets" ALTER COLUMN "fleet_id" SET NOT NULL;

-- AlterTable
ALTER TABLE "environments" DROP COLUMN "control_plane_token_env",
DROP COLUMN "control_plane_url",
DROP COLUMN "enumerated_at",
DROP COLUMN "sweep_answered",
DROP COLUMN "sweep_detail",
DROP COLUMN "sweep_found",
DROP COLUMN "sweep_outcome",
DROP COLUMN "sweep_started_at",
DROP COLUMN "swept_at",
DROP COLUMN "tenant_url_template";

-- DropIndex
DROP INDEX "targets_environment_id_position_idx";

-- DropIndex
DROP INDEX "targets_environment_id_slug_key";

-- CreateIndex
CREATE UNIQUE INDEX "fleets_environment_id_component_id_key" ON "fleets"("environment_id", "component_id");

-- CreateIndex
CREATE INDEX "targets_fleet_id_position_idx" ON "targets"("fleet_id", "position");

-- CreateIndex
CREATE INDEX "targets_environment_id_slug_idx" ON "targets"("environment_id", "slug");

-- CreateIndex
CREATE UNIQUE INDEX "targets_fleet_id_slug_key" ON "targets"("fleet_id", "slug");

-- AddForeignKey
ALTER TABLE "fleets" ADD CONSTRAINT "fleets_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environments"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fleets" ADD CONSTRAINT "fleets_component_id_fkey" FOREIGN KEY ("component_id") REFERENCES "components"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "targets" ADD CONSTRAINT "targets_fleet_id_fkey" FOREIGN KEY ("fleet_id") REFERENCES "fleets"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
