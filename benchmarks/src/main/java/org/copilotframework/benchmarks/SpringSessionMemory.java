package org.copilotframework.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.session.CreateSessionRequest;
import org.springframework.ai.session.DefaultSessionService;
import org.springframework.ai.session.EventFilter;
import org.springframework.ai.session.SessionService;
import org.springframework.ai.session.jdbc.JdbcSessionRepository;

/** The Spring AI community's sessions, which append. It has no dialect for SQLite. */
final class SpringSessionMemory implements Memory {
    private final HikariDataSource source;
    private final SessionService service;

    SpringSessionMemory(HikariDataSource source) throws Exception {
        this.source = source;
        Peers.execute(source, JdbcSessionRepository.class, "schema-postgresql.sql");
        this.service = DefaultSessionService.builder()
                .sessionRepository(
                        JdbcSessionRepository.builder().dataSource(source).build())
                .build();
    }

    @Override
    public void fill(String conversation, int messages, int window) {
        create(conversation);
        for (int i = 0; i < messages; i += 2) {
            service.appendMessage(conversation, new UserMessage(Activations.QUESTION));
            service.appendMessage(conversation, new AssistantMessage(Activations.ANSWER));
        }
    }

    private void create(String conversation) {
        service.create(
                CreateSessionRequest.builder().id(conversation).userId("alice").build());
    }

    /** As its SessionMemoryAdvisor does. */
    @Override
    public int turn(String conversation, int window) {
        if (service.findById(conversation) == null) {
            create(conversation);
        }
        EventFilter filter =
                window == ALL ? EventFilter.active() : EventFilter.lastN(window).merge(EventFilter.active());
        int read = service.getEvents(conversation, filter).size();
        service.appendMessage(conversation, new UserMessage(Activations.QUESTION));
        service.appendMessage(conversation, new AssistantMessage(Activations.ANSWER));
        return read;
    }

    @Override
    public void close() {
        source.close();
    }
}
