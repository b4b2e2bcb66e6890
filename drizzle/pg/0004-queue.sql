CREATE FUNCTION flowmason_job(p_tenant text, p_run text, p_segment bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
	SELECT encode(substring(sha256(convert_to(concat_ws('/', coalesce(p_tenant, ''), p_run, p_segment), 'UTF8')) FROM 1 FOR 16), 'hex')::uuid
$$;
--> statement-breakpoint
CREATE FUNCTION flowmason_enqueue(p_tenant text, p_run text, p_segment bigint, p_priority integer, p_delay bigint, p_retry integer, p_most integer) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
	v_id uuid := flowmason_job(p_tenant, p_run, p_segment);
	v_due timestamptz := pgboss.job_now() + p_delay * interval '1 millisecond';
	v_new uuid;
BEGIN
	-- Of a run that was to be woken later: now there is a reason to wake it earlier.
	UPDATE pgboss.job SET start_after = v_due
	WHERE name = 'runs' AND id = v_id AND state = 'created' AND start_after > v_due;
	IF FOUND THEN
		IF p_delay <= 0 THEN PERFORM pg_notify('flowmason_runs', ''); END IF;
		RETURN NULL;
	END IF;
	IF p_most IS NOT NULL AND p_tenant IS NOT NULL AND p_most <= (
		SELECT count(*) FROM (
			SELECT FROM pgboss.job WHERE name = 'runs' AND group_id = p_tenant AND state < 'active' LIMIT p_most
		) AS queued
	) THEN
		RETURN NULL;
	END IF;
	INSERT INTO pgboss.job (
		id, name, data, priority, start_after, created_on, group_id, expire_seconds, deletion_seconds, keep_until,
		retry_limit, retry_delay, retry_backoff, retry_delay_max, retry_count, policy, dead_letter, heartbeat_seconds
	)
	SELECT v_id, q.name, jsonb_build_object('tenant', p_tenant, 'run', p_run, 'segment', p_segment), p_priority, v_due,
		pgboss.job_now(), p_tenant, q.expire_seconds, q.deletion_seconds, v_due + q.retention_seconds * interval '1 second',
		q.retry_limit, q.retry_delay, q.retry_backoff, q.retry_delay_max, p_retry, q.policy, q.dead_letter, q.heartbeat_seconds
	FROM pgboss.queue AS q WHERE q.name = 'runs'
	ON CONFLICT DO NOTHING
	RETURNING id INTO v_new;
	IF v_new IS NOT NULL AND p_delay <= 0 THEN PERFORM pg_notify('flowmason_runs', ''); END IF;
	RETURN v_new;
END
$$;
