package dev.hearth.gateway.heads;

/**
 * One life of a head, as the database has it.
 *
 * @param id its name
 * @param epoch no two lives on one database have the same; 0 when it is being taken over
 * @param beat grows while it lives
 * @param startedAt Unix milliseconds
 */
public record HeadLife(String id, long epoch, long beat, long startedAt) {}
