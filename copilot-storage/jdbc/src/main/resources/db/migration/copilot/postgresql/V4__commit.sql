-- All that one activation changes. First all that may speak against it is looked at and locked: the session, then the run.
-- outcome: done, repeated (made before; turn_ is then the turn as it is stored), session, there, gone, ended,
-- fence (a conflict; is_at and told say what is there). A value at another version is an error CP001, since by then something
-- was written: its detail is the value's place in the list and the version it is at.
CREATE FUNCTION copilot_commit(
    p_tenant text,
    p_session text, p_version bigint, p_turn text, p_time bigint, p_agent text, p_content bytea, p_keep bigint,
    p_state_names text[], p_state_contents bytea[],
    p_kind text, p_run text, p_fence bigint, p_change text, p_run_agent text, p_run_session text, p_state text,
    p_activation integer, p_input bytea, p_detail bytea, p_holder text, p_wait bigint, p_due bigint, p_retain bigint,
    p_step_names text[], p_step_results bytea[],
    p_value_names text[], p_value_versions bigint[], p_value_contents bytea[], p_value_ttls bigint[],
    p_topics text[], p_message_names text[], p_messages bytea[],
    OUT outcome text, OUT is_at bigint, OUT told text, OUT turn_time bigint, OUT turn_agent text, OUT turn_content bytea)
LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint;
    v_session bigint;
    v_version bigint := 0;
    v_oldest bigint;
    v_kept bigint;
    v_run bigint;
    v_state text;
    v_fence bigint;
    v_change text;
    v_due bigint;
    v_expires bigint;
BEGIN
    PERFORM set_config('copilot.tenant', p_tenant, true);
    IF p_session IS NOT NULL THEN
        SELECT s.no, s.version, s.oldest INTO v_session, v_version, v_oldest
            FROM copilot_session s WHERE s.tenant = p_tenant AND s.id = p_session FOR NO KEY UPDATE;
        v_version := coalesce(v_version, 0);
        IF v_version >= p_version THEN
            SELECT t.time, t.agent, t.content INTO turn_time, turn_agent, turn_content
                FROM copilot_turn t WHERE t.session = v_session AND t.version = p_version AND t.id = p_turn;
            IF FOUND THEN
                outcome := 'repeated';
                RETURN;
            END IF;
        END IF;
    END IF;
    IF p_kind = 'within' THEN
        SELECT r.no, r.state, r.fence INTO v_run, v_state, v_fence
            FROM copilot_run r WHERE r.tenant = p_tenant AND r.id = p_run FOR SHARE;
    ELSIF p_kind IS NOT NULL THEN
        SELECT r.no, r.state, r.fence, r.change INTO v_run, v_state, v_fence, v_change
            FROM copilot_run r WHERE r.tenant = p_tenant AND r.id = p_run FOR NO KEY UPDATE;
        IF v_change = p_change THEN
            outcome := 'repeated';
            RETURN;
        END IF;
    END IF;
    outcome := CASE
        WHEN p_session IS NOT NULL AND v_version <> p_version - 1 THEN 'session'
        WHEN p_kind = 'start' AND v_run IS NOT NULL THEN 'there'
        WHEN p_kind IN ('change', 'within') AND v_run IS NULL THEN 'gone'
        WHEN p_kind IN ('change', 'within') AND copilot_has_ended(v_state) THEN 'ended'
        WHEN p_kind IN ('change', 'within') AND v_fence <> p_fence THEN 'fence'
        ELSE 'done' END;
    IF outcome <> 'done' THEN
        is_at := CASE outcome WHEN 'session' THEN v_version ELSE v_fence END;
        told := v_state;
        RETURN;
    END IF;

    v_now := copilot_micros(clock_timestamp());
    IF p_session IS NOT NULL THEN
        IF v_version = 0 THEN
            INSERT INTO copilot_session (tenant, id, version, oldest, changed, day)
                VALUES (p_tenant, p_session, 1, 1, v_now, v_now / 86400000000) RETURNING no INTO v_session;
        ELSE
            v_kept := CASE WHEN p_keep = 0 THEN v_oldest
                ELSE greatest(v_oldest, least(p_version - p_keep + 1, v_oldest + 2)) END;
            UPDATE copilot_session SET version = p_version, oldest = v_kept, changed = v_now, day = v_now / 86400000000
                WHERE tenant = p_tenant AND id = p_session;
            IF v_kept > v_oldest THEN
                DELETE FROM copilot_turn t WHERE t.session = v_session AND t.version >= v_oldest AND t.version < v_kept;
            END IF;
        END IF;
        INSERT INTO copilot_turn (session, version, time, tenant, id, agent, content)
            VALUES (v_session, p_version, p_time, p_tenant, p_turn, p_agent, p_content);
        IF p_state_names IS NOT NULL THEN
            INSERT INTO copilot_state AS e (session, tenant, name, content)
                SELECT v_session, p_tenant, u.name, u.content FROM unnest(p_state_names, p_state_contents) AS u(name, content)
                WHERE u.content IS NOT NULL
                ON CONFLICT (session, name) DO UPDATE SET content = excluded.content;
            IF array_position(p_state_contents, NULL) IS NOT NULL THEN
                DELETE FROM copilot_state e WHERE e.session = v_session AND e.name IN (
                    SELECT u.name FROM unnest(p_state_names, p_state_contents) AS u(name, content)
                    WHERE u.content IS NULL);
            END IF;
        END IF;
    END IF;

    IF p_kind IN ('start', 'change') THEN
        IF copilot_has_ended(p_state) THEN
            v_expires := v_now + p_retain;
        ELSE
            v_due := coalesce(v_now + p_wait, p_due);
        END IF;
        IF p_kind = 'start' THEN
            INSERT INTO copilot_run (tenant, id, agent, session, state, fence, activation, attempt, holder, due, created,
                    changed, change, expires, input, detail)
                VALUES (p_tenant, p_run, p_run_agent, p_run_session, p_state, 1, p_activation, 0, p_holder, v_due, v_now,
                    v_now, p_change, v_expires, p_input, p_detail)
                RETURNING no INTO v_run;
        ELSE
            UPDATE copilot_run SET state = p_state, fence = fence + 1, activation = p_activation, attempt = 0,
                    holder = p_holder, due = v_due, changed = v_now, change = p_change, expires = v_expires,
                    detail = p_detail
                WHERE tenant = p_tenant AND id = p_run;
        END IF;
    END IF;
    IF p_step_names IS NOT NULL THEN
        FOR i IN 1 .. cardinality(p_step_names) LOOP
            INSERT INTO copilot_step AS s (run, tenant, name, result)
                VALUES (v_run, p_tenant, p_step_names[i], p_step_results[i])
                ON CONFLICT (run, name) DO UPDATE SET result = excluded.result
                WHERE s.result IS NULL AND excluded.result IS NOT NULL;
        END LOOP;
    END IF;
    IF p_value_names IS NOT NULL THEN
        FOR i IN 1 .. cardinality(p_value_names) LOOP
            IF copilot_set_value(p_tenant, p_value_names[i], p_value_versions[i], p_value_contents[i], p_value_ttls[i])
                    IS NULL THEN
                SELECT v.version INTO is_at FROM copilot_value v WHERE v.tenant = p_tenant AND v.name = p_value_names[i]
                    AND (v.expires IS NULL OR v.expires > v_now);
                RAISE EXCEPTION 'a value is at another version'
                    USING ERRCODE = 'CP001', DETAIL = i || ' ' || coalesce(is_at, 0);
            END IF;
        END LOOP;
    END IF;
    -- Numbered while the session or run is locked: what is committed later has a greater number.
    IF p_topics IS NOT NULL THEN
        INSERT INTO copilot_outbox (tenant, topic, name, content)
            SELECT p_tenant, u.topic, u.name, u.content
            FROM unnest(p_topics, p_message_names, p_messages) WITH ORDINALITY AS u(topic, name, content, n) ORDER BY u.n;
    END IF;
END $$;
