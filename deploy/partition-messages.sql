-- Keep messages in 16 tables by conversation, as one: for PostgreSQL 14 and later, with the site stopped.
--
--     psql --set ON_ERROR_STOP=1 --single-transaction -f deploy/partition-messages.sql
--
-- What is unique in a partitioned table must name its conversation. Every key of a message does but its own, which
-- becomes (conversation_id, id); so other tables can't refer to it by `id` alone, and these references are dropped: the
-- application takes with a message what belongs to it. The rest (names, indexes, checks) stays as it was, so that later
-- migrations find it.
DO $$
DECLARE
    parts CONSTANT integer := 16;
    definitions text[];
    definition text;
    one record;
BEGIN
    LOCK TABLE messaging_message IN ACCESS EXCLUSIVE MODE;

    FOR one IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
               WHERE confrelid = 'messaging_message'::regclass AND contype = 'f' AND conparentid = 0 LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.place, one.conname);
    END LOOP;

    SELECT array_agg(format('ALTER TABLE messaging_message ADD CONSTRAINT %I %s', conname,
        CASE contype WHEN 'p' THEN 'PRIMARY KEY (conversation_id, id)' ELSE pg_get_constraintdef(oid) END))
    INTO definitions FROM pg_constraint
    WHERE conrelid = 'messaging_message'::regclass AND contype IN ('p', 'u', 'f', 'c');
    SELECT definitions || array_agg(pg_get_indexdef(indexrelid)) INTO definitions FROM pg_index
    WHERE indrelid = 'messaging_message'::regclass
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid);

    ALTER TABLE messaging_message RENAME TO messaging_message_whole;
    CREATE TABLE messaging_message (LIKE messaging_message_whole INCLUDING DEFAULTS) PARTITION BY HASH (conversation_id);
    FOR part IN 0 .. parts - 1 LOOP
        EXECUTE format('CREATE TABLE messaging_message_%s PARTITION OF messaging_message'
            ' FOR VALUES WITH (MODULUS %s, REMAINDER %s)', part, parts, part);
    END LOOP;
    INSERT INTO messaging_message SELECT * FROM messaging_message_whole;
    DROP TABLE messaging_message_whole;

    FOREACH definition IN ARRAY definitions LOOP
        EXECUTE definition;
    END LOOP;
    CREATE INDEX messaging_message_id ON messaging_message (id);
END $$;
