package org.copilotframework.server.http;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.TypedAgent;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Role;
import org.copilotframework.api.run.Event;

/** Agents of the tests' own. */
final class TestAgents {
    private TestAgents() {}

    static List<Agent> all() {
        return List.of(new Echo(), new Greeter(), new Asker(), new Breaker(), new Teller(), new Waiter());
    }

    @AgentInfo(name = "echo", description = "Says what it is told.")
    static final class Echo implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return AgentReply.of(new Message(Role.AGENT, request.message().parts()));
        }
    }

    record Person(String name, int age) {}

    record Greeting(String words) {}

    @AgentInfo(name = "greeter", description = "Greets a person.")
    static final class Greeter extends TypedAgent<Person, Greeting> {
        @Override
        protected Greeting answer(Person person, AgentContext context) {
            return new Greeting("hello " + person.name());
        }
    }

    @AgentInfo(name = "asker", description = "Asks once.")
    static final class Asker implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return context.activation() == 1
                    ? AgentReply.inputRequired("Sure?")
                    : AgentReply.text("You said " + request.text());
        }
    }

    @AgentInfo(name = "breaker", description = "Fails.")
    static final class Breaker implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            throw new IllegalStateException("broken on purpose");
        }
    }

    /** Tells as many things as the text says. */
    @AgentInfo(name = "teller", description = "Tells what it does.")
    static final class Teller implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            context.emit(new Event.Progress("counting", 0.5));
            context.emit(new Event.Custom("note", Data.of(Map.of("a", 1))));
            int pieces = Integer.parseInt(request.text());
            for (int i = 0; i < pieces; i++) {
                context.emit(new Event.Text("piece " + i + "\n"));
            }
            return AgentReply.text("told");
        }
    }

    /** Waits until it is let go on. */
    @AgentInfo(name = "waiter", description = "Waits.")
    static final class Waiter implements Agent {
        static final Semaphore GO = new Semaphore(0);
        static volatile CountDownLatch begun = new CountDownLatch(1);

        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws InterruptedException {
            context.emit(new Event.Text("begun"));
            begun.countDown();
            GO.acquire();
            return AgentReply.text("waited");
        }
    }
}
