package org.copilotframework.storage.tck.blob;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;

/** Keeps what it is told in a file, and says what it then reads there: a host that has it shows that a store of files serves agents. */
@AgentInfo(name = KeepingAgent.NAME, description = "Keeps what it is told, and says what it has kept.")
public final class KeepingAgent implements Agent {
    /** What the agent is called by. */
    public static final String NAME = "keeper";

    /** The file that it keeps. */
    public static final String FILE = "notes/all.txt";

    /** Makes the agent. */
    public KeepingAgent() {}

    @Override
    public AgentReply handle(AgentRequest request, AgentContext context) throws IOException {
        byte[] said = context.firstMessage().text().getBytes(UTF_8);
        context.blobs().write(FILE, out -> out.write(said));
        try (InputStream in = context.blobs().read(FILE).orElseThrow()) {
            return AgentReply.text(new String(in.readAllBytes(), UTF_8));
        }
    }
}
