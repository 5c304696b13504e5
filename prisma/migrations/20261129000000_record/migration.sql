-- Whoever may add to the audit can spoil no reading of it. Rows from before stay as they are: verify names them.
ALTER TABLE "audit" ADD CONSTRAINT "audit_at_is_a_day"
  CHECK ("at" >= '1970-01-01T00:00:00Z' AND "at" < '10000-01-01T00:00:00Z') NOT VALID;

ALTER TABLE "audit_seals" ADD CONSTRAINT "audit_seals_sealed_at_is_a_day"
  CHECK ("sealed_at" >= '1970-01-01T00:00:00Z' AND "sealed_at" < '10000-01-01T00:00:00Z') NOT VALID;

ALTER TABLE "audit_seals" ADD CONSTRAINT "audit_seals_seq_counts_from_one" CHECK ("seq" > 0) NOT VALID;

-- A seal is the next one of the chain and covers a row that is there: none beside the chain, none in advance, and none
-- with a number so high that nothing could follow it.
CREATE FUNCTION "audit_seal_is_the_next"() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.seq <> (SELECT coalesce(max(s.seq), 0) + 1 FROM public.audit_seals s WHERE s.seq > 0) THEN
    RAISE EXCEPTION 'seal % is not the next one of the chain', NEW.seq USING ERRCODE = 'check_violation';
  END IF;
  IF NOT EXISTS (SELECT FROM public.audit a WHERE a.id = NEW.audit_id) THEN
    RAISE EXCEPTION 'there is no row % of the audit to seal', NEW.audit_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER "audit_seal_is_the_next" BEFORE INSERT ON "audit_seals"
  FOR EACH ROW EXECUTE FUNCTION "audit_seal_is_the_next"();

-- What has ended since a time is asked for by that time.
CREATE INDEX "applies_ended_at_idx" ON "applies"("ended_at");
