package org.copilotframework.storage.objects;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * How tenants and names become names of objects: {@code <prefix>/tenant=<tenant>/<name>}. No segment of a prefix has a {@code =},
 * so the tenant is where the first one is, whatever prefixes other stores in the bucket have.
 *
 * <p>An object's name has at most 1,024 bytes, and a file's name alone may have as many. So of one that is longer than a service
 * has room for, the object's has the beginning, a character that no name has, and a digest; the rest is metadata. All objects
 * with the same beginning are together in a listing, at their place in the order of names, and only among themselves out of order.
 */
public final class ObjectNames {
    /** In no file's name, and behind all that may be in one. */
    static final char CUT = '\u00a6';

    private static final int MAX_NAME = 1024;
    private static final String TENANT = "tenant=";
    private static final Pattern CHARACTERS = Pattern.compile("[\\x20-\\x7E]{1," + MAX_NAME + "}");
    private static final Pattern DOTS = Pattern.compile("(.*/)?\\.{1,2}(/.*)?");
    private static final Pattern PREFIX = Pattern.compile("(?=.{1,64}$)[\\w-]+(\\.[\\w-]+)*(/[\\w-]+(\\.[\\w-]+)*)*/?");

    private final String prefix;
    private final int most;
    private final Spelling spelling;

    /**
     * Names of one store.
     *
     * @param prefix what the setting says
     * @param most how many characters of a name there is room for
     * @param spelling how names are written
     */
    public ObjectNames(Optional<String> prefix, int most, Spelling spelling) {
        this.prefix = prefix.map(text -> text.endsWith("/") ? text : text + "/").orElse("");
        this.most = most;
        this.spelling = spelling;
    }

    /**
     * Demands that a prefix can be one.
     *
     * @param setting the whole name of the setting
     * @param prefix what it says
     * @throws InvalidRequestException if it is too long for a name to have room, or would not stay as it is
     */
    public static void demandPrefix(String setting, Optional<String> prefix) {
        if (prefix.isPresent() && !PREFIX.matcher(prefix.get()).matches()) {
            throw new InvalidRequestException(
                    setting + ": must have at most 64 of the characters a-z A-Z 0-9 _ - with . within"
                            + " and / between names");
        }
    }

    /**
     * What all objects of the store begin with.
     *
     * @return empty, or with a slash at its end
     */
    public String anything() {
        return prefix;
    }

    /**
     * What all objects of a tenant begin with, and none of another's.
     *
     * @param tenant the tenant
     * @return with a slash at its end
     */
    public String folder(TenantId tenant) {
        return prefix + TENANT + spelling.open(tenant.value() + "/");
    }

    /**
     * The object of a file.
     *
     * @param tenant whose file
     * @param name its name
     * @return the object's name
     * @throws InvalidRequestException if no file may have the name; shows no character that cannot be printed
     */
    public String of(TenantId tenant, String name) {
        demandName(name);
        return folder(tenant) + (isLong(name) ? cut(name) + hash(name) : spelling.whole(name));
    }

    /**
     * A place beside a file's object, behind all objects of files of the tenant; {@link Listing} does not go there.
     *
     * @param tenant whose file
     * @param name its name
     * @return the place's name
     */
    public String beside(TenantId tenant, String name) {
        return folder(tenant) + CUT + hash(name);
    }

    /**
     * Whether an object is beside a file's.
     *
     * @param tenant whose
     * @param object the name of an object of the tenant
     * @return true if it is no file
     */
    public boolean isBeside(TenantId tenant, String object) {
        return object.startsWith(CUT + "", folder(tenant).length());
    }

    /**
     * What the object's own name does not tell of a file's.
     *
     * @param name the file's name
     * @return its rest, written in letters, digits, {@code _} and {@code -}; null if the object's tells all
     */
    @Nullable
    String rest(String name) {
        return isLong(name) ? encoded(name.substring(most).getBytes(US_ASCII)) : null;
    }

    private boolean isLong(String name) {
        return name.length() > most;
    }

    /** What the objects begin with whose files' names begin like this, and perhaps others. */
    String beginning(TenantId tenant, String names) {
        if (isLong(names)) {
            return folder(tenant) + cut(names);
        }
        return folder(tenant) + spelling.shared(names);
    }

    /** From which object on those are whose files come after a name; that name's may be among them. */
    String from(TenantId tenant, String after) {
        int printable = 0;
        while (printable < after.length() && isPrintable(after.charAt(printable))) {
            printable++;
        }
        String text = after.substring(0, printable);
        return folder(tenant) + (isLong(text) ? cut(text) : text.isEmpty() ? "" : spelling.whole(text));
    }

    /** What the objects of long names begin with that follow each other, or null if it is not one. */
    static @Nullable String group(String object) {
        int at = object.lastIndexOf(CUT);
        return at < 0 ? null : object.substring(0, at);
    }

    /** The file's name, or null if the object is none of ours. */
    @Nullable
    String name(TenantId tenant, String object, @Nullable String rest) {
        String group = group(object);
        int begin = folder(tenant).length();
        String name;
        if (group == null) {
            name = spelling.name(object.substring(begin));
        } else if (rest == null || group.length() < begin) {
            return null;
        } else {
            try {
                name = spelling.name(group.substring(begin))
                        + new String(Base64.getUrlDecoder().decode(rest), US_ASCII);
            } catch (IllegalArgumentException notOurs) {
                return null;
            }
        }
        return isName(name) && of(tenant, name).equals(object) ? name : null;
    }

    private String cut(String name) {
        return spelling.open(name.substring(0, most)) + CUT;
    }

    private static String hash(String name) {
        return encoded(Digests.sha256().digest(name.getBytes(US_ASCII)));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Whether a name may begin with a text. */
    static boolean mayBegin(String text) {
        return text.isEmpty() || isName(text + "x") || isName(text);
    }

    private static boolean isPrintable(char c) {
        return c >= ' ' && c <= '~';
    }

    private static void demandName(String name) {
        if (!CHARACTERS.matcher(name).matches()) {
            throw new InvalidRequestException("a file's name has 1 to " + MAX_NAME
                    + " characters of printable ASCII; this one has " + name.length() + " characters"
                    + (name.length() > MAX_NAME ? "" : ", or others"));
        } else if (!isName(name)) {
            throw new InvalidRequestException(
                    "a file's name is not absolute and has no segment that is empty, '.' or '..'; '" + name
                            + "' is not such a name");
        }
    }

    private static boolean isName(String text) {
        return CHARACTERS.matcher(text).matches()
                && !text.startsWith("/")
                && !text.endsWith("/")
                && !text.contains("//")
                && !DOTS.matcher(text).matches();
    }
}
