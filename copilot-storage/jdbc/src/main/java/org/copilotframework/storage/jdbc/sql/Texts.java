package org.copilotframework.storage.jdbc.sql;

/**
 * The queries of a database. A tenant is always the first argument of those that have one. A limit on bytes is the last; a
 * database that sends its rows one by one leaves it to the reader.
 *
 * @param head version, oldest version, time of change, name and content of each entry of state: tenant, session
 * @param sessions version, oldest version, time of change, id: tenant, id to begin after, limit
 * @param turns id, version, time, agent, content, the newest first: tenant, session, latest version, limit, limit on bytes
 * @param run head, input and detail: tenant, run
 * @param runs heads, the greatest id first: tenant, id to end before, limit
 * @param runsIn heads, the greatest id first: tenant, state, id to end before, limit
 * @param lease microseconds until a run that somebody has is due, below 1 if it is: tenant, run
 * @param step result: tenant, run, name
 * @param steps name, result: tenant, run, name to begin after, limit, limit on bytes
 * @param events position, content: tenant, run, position to begin after, limit, limit on bytes
 * @param value name, content, version: tenant, name
 * @param values name, content, version: tenant, name to begin after, name to begin with, name to end before, limit,
 *     limit on bytes
 * @param counter a row if the value was added to last, or if that is not known: tenant, name
 * @param remaining microseconds that are left to a value that does not live for always: tenant, name
 * @param messages number, tenant, topic, key, content, of all tenants: number to begin after, limit,
 *     limit on bytes
 * @param tenants names: name to begin after, limit
 */
public record Texts(
        String head,
        String sessions,
        String turns,
        String run,
        String runs,
        String runsIn,
        String lease,
        String step,
        String steps,
        String events,
        String value,
        String values,
        String counter,
        String remaining,
        String messages,
        String tenants) {}
