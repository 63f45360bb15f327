package org.copilotframework.core.json;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;

/** JSON as text: for the command line, for stored files and for faces. Strict, and bounded in depth, size and length of numbers. */
public final class JsonText {
    /** A message wraps its data in an object, a list, an object and an object. */
    private static final int DEEPEST = Data.MAX_DEPTH + 4;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST + 1)
                    .maxNumberLength(1_000)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxTokenCount(4L * Data.MAX_NODES)
                    .build())
            .build();

    private JsonText() {}

    /**
     * Reads a JSON text.
     *
     * @param json the text; its length is for the caller to bound
     * @return the data
     * @throws InvalidRequestException if it is not JSON (names line and column), an object names a property twice, or it is
     *     more than data may hold
     */
    public static Data parse(String json) {
        return Data.of(tree(json));
    }

    /**
     * Writes data on one line.
     *
     * @param data the data
     * @return the JSON text
     */
    public static String write(Data data) {
        return text(data.value(), null);
    }

    /**
     * Writes data over several lines, indented by two spaces.
     *
     * @param data the data
     * @return the JSON text, with line feeds only and none at the end
     */
    public static String pretty(Data data) {
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        DefaultPrettyPrinter printer =
                new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter);
        return text(data.value(), printer);
    }

    /**
     * Writes a message in its stable form: {@code {"role":"user","parts":[{"text":"..."},{"data":...},{"file":{...}}]}}.
     *
     * @param message the message
     * @return the JSON text, on one line
     */
    public static String write(Message message) {
        return text(MessageTree.of(message), null);
    }

    /**
     * Reads a message that {@link #write(Message)} wrote, or that has this form.
     *
     * @param json the text
     * @return the message
     * @throws InvalidRequestException if it is not JSON, or not a message; with a JSON pointer to the place
     */
    public static Message message(String json) {
        return MessageTree.read(tree(json), true);
    }

    /** Reads a JSON text, bounded by the parser alone. */
    static @Nullable Object tree(String json) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() == null) {
                throw new InvalidRequestException("a JSON text is expected, and this is empty");
            }
            Object tree = value(parser);
            if (parser.nextToken() != null) {
                throw notJson(parser.currentTokenLocation(), "something follows the end of the value");
            }
            return tree;
        } catch (JacksonException wrong) {
            throw notJson(wrong.getLocation(), said(wrong));
        }
    }

    static @Nullable Object value(JsonParser from) {
        return switch (from.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> map = new LinkedHashMap<>();
                for (String name = from.nextName(); name != null; name = from.nextName()) {
                    from.nextToken();
                    map.put(name, value(from));
                }
                yield map;
            }
            case START_ARRAY -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (from.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(from));
                }
                yield list;
            }
            case VALUE_NUMBER_FLOAT -> number(from);
            case VALUE_NUMBER_INT -> from.getNumberValue();
            default -> DataTokens.scalar(from);
        };
    }

    /** A double where that loses no digit but zeros at the end, else a decimal. */
    private static Object number(JsonParser from) {
        BigDecimal exact;
        try {
            exact = from.getDecimalValue();
        } catch (NumberFormatException beyond) {
            throw notJson(from.currentTokenLocation(), "the number's exponent is out of range");
        }
        double near = exact.doubleValue();
        boolean same = Double.isFinite(near) && BigDecimal.valueOf(near).compareTo(exact) == 0;
        return same ? (Object) near : exact;
    }

    private static String text(@Nullable Object tree, @Nullable PrettyPrinter printer) {
        StringWriter text = new StringWriter();
        ObjectWriteContext context = printer == null ? ObjectWriteContext.empty() : new Indented(printer);
        try (JsonGenerator generator = FACTORY.createGenerator(context, text)) {
            DataTokens.write(tree, generator);
        }
        return text.toString();
    }

    private static final class Indented extends ObjectWriteContext.Base {
        private final PrettyPrinter printer;

        Indented(PrettyPrinter printer) {
            this.printer = printer;
        }

        @Override
        public PrettyPrinter getPrettyPrinter() {
            return printer;
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    }

    /** Jackson's words where they speak of the text, ours where they would speak of Jackson's own settings. */
    private static String said(JacksonException wrong) {
        if (wrong instanceof UnexpectedEndOfInputException) {
            return "the text ends too early";
        } else if (wrong instanceof StreamConstraintsException) {
            return "it is nested deeper than " + Data.MAX_DEPTH
                    + " levels, or has too many values or too long a number";
        }
        String words = wrong.getOriginalMessage().lines().findFirst().orElse("");
        return words.matches(".*(Feature|Constraints|jackson|Jackson|`).*") ? "this is not allowed here" : words;
    }

    private static InvalidRequestException notJson(@Nullable TokenStreamLocation at, String words) {
        String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
        return new InvalidRequestException("this is not JSON" + place + ": " + words);
    }
}
