-- CreateIndex
CREATE INDEX "applies_environment_id_component_id_started_at_idx" ON "applies"("environment_id", "component_id", "started_at" DESC);

-- CreateIndex
CREATE INDEX "applies_settled_wake_at_idx" ON "applies"("settled", "wake_at");
