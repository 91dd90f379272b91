package dev.hearth.gateway.store;

import java.util.List;

/**
 * Rows that cannot stand beside each other, which no constraint of the tables forbids.
 *
 * @param rows SQL for both engines, one column of text: what to name in the sentence
 * @param sentence what is wrong, with {@code %s} for that name
 * @param advice what to do
 */
record Contradiction(String rows, String sentence, String advice) {
    private static final String REGISTER = "register the function again, or put a backup in the database's place";

    /** All that are looked for; a feature that adds tables adds what must hold between them. */
    static final List<Contradiction> ALL = List.of(
            new Contradiction(
                    """
                    SELECT f.namespace || '/' || f.name FROM function f WHERE f.serving IS NOT NULL AND NOT EXISTS
                    (SELECT 1 FROM revision r WHERE r.id = f.serving AND r.namespace = f.namespace
                     AND r.name = f.name AND r.state = 'READY')""", "calls of the function %s go to a revision that is not there or not ready", REGISTER),
            new Contradiction("""
                    SELECT f.namespace || '/' || f.name FROM function f WHERE NOT EXISTS
                    (SELECT 1 FROM revision r WHERE r.namespace = f.namespace AND r.name = f.name)""", "the function %s has no revision", "delete it and register it again"),
            new Contradiction(
                    """
                    SELECT f.namespace || '/' || f.name FROM function f WHERE f.next_number <=
                    (SELECT coalesce(max(r.number), 0) FROM revision r WHERE r.namespace = f.namespace AND r.name = f.name)""",
                    "the next revision of the function %s would have a number that is taken",
                    "delete it and register it again"),
            new Contradiction("""
                    SELECT r.namespace || '/' || r.name || ', revision ' || r.number FROM revision r
                    WHERE r.code_form <> 'NONE' AND NOT EXISTS
                    (SELECT 1 FROM code c WHERE c.namespace = r.namespace AND c.digest = r.code_digest)""", "the code of the function %s is not there", REGISTER),
            new Contradiction("""
                    SELECT c.namespace || ', ' || c.digest FROM code c WHERE c.size <>
                    coalesce((SELECT sum(length(p.bytes)) FROM code_piece p
                     WHERE p.namespace = c.namespace AND p.digest = c.digest), 0)""", "a part of the code %s is missing", REGISTER),
            new Contradiction(
                    """
                    SELECT i.id FROM invocation i WHERE (i.state = 'QUEUED' OR i.dead = 1) AND NOT EXISTS
                    (SELECT 1 FROM invocation_event e WHERE e.id = i.id)""",
                    "the event of the invocation %s is missing, so that it cannot run",
                    "cancel or purge it, or put a backup in the database's place"),
            new Contradiction(
                    """
                    SELECT o.id FROM output o WHERE o.length <>
                    coalesce((SELECT sum(length(p.bytes)) FROM output_piece p WHERE p.id = o.id), 0)""",
                    "a part of the output of the invocation %s is missing",
                    "call its function again, or put a backup in the database's place"),
            new Contradiction(
                    "SELECT 'the table head has ' || count(*) || ' rows' FROM head HAVING count(*) <> 1",
                    "%s instead of one",
                    "put a backup in the database's place"));
}
