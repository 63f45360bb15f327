package org.copilotframework.example.assistant;

/**
 * A tool that the model wants called. What it means is settled when the model says it, so that a run that goes on after a
 * restart does what its user approved, whatever the settings and the catalogue say by then.
 *
 * @param id the model's name for this call
 * @param name the tool's name
 * @param agent the agent that it stands for; empty if there is no such tool
 * @param arguments JSON, as the model wrote it
 * @param approval whether the user is asked first
 */
record ToolCall(String id, String name, String agent, String arguments, boolean approval) {}
