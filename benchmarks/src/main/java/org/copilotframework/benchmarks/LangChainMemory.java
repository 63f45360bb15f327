package org.copilotframework.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.ChatMessageDeserializer;
import dev.langchain4j.data.message.ChatMessageSerializer;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.memory.ChatMemory;
import dev.langchain4j.memory.chat.MessageWindowChatMemory;
import dev.langchain4j.store.memory.chat.ChatMemoryStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * LangChain4j's window over a {@link ChatMemoryStore}. The library has none for SQL; this one is what the interface asks for: it
 * gets and updates all messages of a conversation at once, so they are one row, in the library's own JSON.
 */
final class LangChainMemory implements Memory {
    private final HikariDataSource source;
    private final ChatMemoryStore store;

    LangChainMemory(HikariDataSource source) throws SQLException {
        this.source = source;
        this.store = new RowStore(source);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS chat_memory (id VARCHAR(36) PRIMARY KEY, messages TEXT NOT NULL)");
        }
    }

    @Override
    public void fill(String conversation, int messages, int window) {
        List<ChatMessage> all = new ArrayList<>();
        for (int i = 0; i < Math.min(messages, window); i += 2) {
            all.add(UserMessage.from(Activations.QUESTION));
            all.add(AiMessage.from(Activations.ANSWER));
        }
        store.updateMessages(conversation, all);
    }

    /** As an AI service does. */
    @Override
    public int turn(String conversation, int window) {
        ChatMemory memory = MessageWindowChatMemory.builder()
                .id(conversation)
                .maxMessages(window)
                .chatMemoryStore(store)
                .build();
        memory.add(UserMessage.from(Activations.QUESTION));
        int read = memory.messages().size() - 1;
        memory.add(AiMessage.from(Activations.ANSWER));
        return read;
    }

    @Override
    public void close() {
        source.close();
    }

    private record RowStore(HikariDataSource source) implements ChatMemoryStore {
        @Override
        public List<ChatMessage> getMessages(Object id) {
            try (Connection connection = source.getConnection();
                    PreparedStatement select =
                            connection.prepareStatement("SELECT messages FROM chat_memory WHERE id = ?")) {
                select.setString(1, id.toString());
                try (ResultSet row = select.executeQuery()) {
                    return row.next() ? ChatMessageDeserializer.messagesFromJson(row.getString(1)) : new ArrayList<>();
                }
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }

        @Override
        public void updateMessages(Object id, List<ChatMessage> messages) {
            try (Connection connection = source.getConnection();
                    PreparedStatement write = connection.prepareStatement("INSERT INTO chat_memory (id, messages)"
                            + " VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET messages = excluded.messages")) {
                write.setString(1, id.toString());
                write.setString(2, ChatMessageSerializer.messagesToJson(messages));
                write.executeUpdate();
            } catch (SQLException failed) {
                throw new IllegalStateException(failed);
            }
        }

        @Override
        public void deleteMessages(Object id) {
            updateMessages(id, List.of());
        }
    }
}
