package org.copilotframework.api.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;

class TypedAgentTest {
    record In(int n) {}

    record Out(int n) {}

    @AgentInfo(name = "twice", description = "Doubles.", execution = Execution.CPU)
    static class Twice extends TypedAgent<In, Out> {
        @Override
        protected Out answer(In input, AgentContext context) {
            return new Out(2 * input.n());
        }
    }

    abstract static class Listing<T> extends TypedAgent<List<String>, T> {}

    static final class Names extends Listing<Out> {
        @Override
        protected Out answer(List<String> input, AgentContext context) {
            return new Out(input.size());
        }
    }

    static final class Open<T> extends TypedAgent<T, Out> {
        @Override
        protected Out answer(T input, AgentContext context) {
            return new Out(0);
        }
    }

    static final class Named extends TypedAgent<In, Out> {
        Named() {
            super(In.class, Out.class);
        }

        @Override
        protected Out answer(In input, AgentContext context) {
            return new Out(0);
        }
    }

    @Test
    void itsTypesAreThoseOfItsDeclaration() {
        assertThat(new Twice().inputType()).isEqualTo(In.class);
        assertThat(new Twice().outputType()).isEqualTo(Out.class);
        assertThat(new Names().inputType().getTypeName()).isEqualTo("java.util.List<java.lang.String>");
        assertThat(new Names().outputType()).isEqualTo(Out.class);
        assertThat(new Named().inputType()).isEqualTo(In.class);
        assertThatThrownBy(Open::new).isInstanceOf(IllegalStateException.class).hasMessageContaining("open");
    }

    @Test
    void itsDescriptorIsItsAnnotation() {
        assertThat(new Twice().descriptor()).isEqualTo(new AgentDescriptor("twice", "Doubles.", Execution.CPU));
        assertThatThrownBy(() -> new Named().descriptor())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("@AgentInfo");
        assertThat(AgentDescriptor.of("a", "b").execution()).isEqualTo(Execution.BLOCKING);
        assertThatThrownBy(() -> AgentDescriptor.of("Upper", "")).isInstanceOf(InvalidRequestException.class);
    }
}
