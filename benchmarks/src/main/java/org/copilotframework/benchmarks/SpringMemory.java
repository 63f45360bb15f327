package org.copilotframework.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;
import org.springframework.ai.chat.memory.repository.jdbc.JdbcChatMemoryRepository;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.UserMessage;

/** Spring AI's window over its JdbcChatMemoryRepository, which writes the whole window anew at each change. */
final class SpringMemory implements Memory {
    private final HikariDataSource source;
    private final JdbcChatMemoryRepository repository;

    SpringMemory(HikariDataSource source, String dialect) throws Exception {
        this.source = source;
        Peers.execute(source, JdbcChatMemoryRepository.class, "schema-" + dialect + ".sql");
        this.repository = JdbcChatMemoryRepository.builder().dataSource(source).build();
    }

    @Override
    public void fill(String conversation, int messages, int window) {
        List<Message> all = new ArrayList<>();
        for (int i = 0; i < Math.min(messages, window); i += 2) {
            all.add(new UserMessage(Activations.QUESTION));
            all.add(new AssistantMessage(Activations.ANSWER));
        }
        repository.saveAll(conversation, all);
    }

    /** As its MessageChatMemoryAdvisor does. */
    @Override
    public int turn(String conversation, int window) {
        ChatMemory memory = MessageWindowChatMemory.builder()
                .chatMemoryRepository(repository)
                .maxMessages(window)
                .build();
        int read = memory.get(conversation).size();
        memory.add(conversation, new UserMessage(Activations.QUESTION));
        memory.add(conversation, List.of(new AssistantMessage(Activations.ANSWER)));
        return read;
    }

    @Override
    public void close() throws SQLException {
        source.close();
    }
}
