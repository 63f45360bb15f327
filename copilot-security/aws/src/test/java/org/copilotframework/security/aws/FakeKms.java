package org.copilotframework.security.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.copilotframework.security.aws.FakeAws.Asked;
import org.copilotframework.security.aws.FakeAws.Refusal;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;

/**
 * Keys of KMS: AES-256-GCM, bound to the encryption context and to the key. A ciphertext says by which key and which of its
 * materials it was made. Not safe for use by several threads, but for its answers.
 */
final class FakeKms {
    static final String ACCOUNT = "111122223333";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** A key with all the materials that it had. */
    static final class Key {
        final String arn;
        final List<byte[]> materials = new ArrayList<>();
        volatile String state = "Enabled";
        volatile String spec = "SYMMETRIC_DEFAULT";
        volatile String usage = "ENCRYPT_DECRYPT";
        volatile String manager = "CUSTOMER";

        Key(String arn) {
            this.arn = arn;
            rotate();
        }

        /** As KMS does by itself once a year: what was wrapped before is opened on. */
        void rotate() {
            byte[] material = new byte[32];
            RANDOM.nextBytes(material);
            materials.add(material);
        }
    }

    private final Map<String, Key> keys = new ConcurrentHashMap<>();
    private final Map<String, String> aliases = new ConcurrentHashMap<>();

    Key create(String... names) {
        return replica("arn:aws:kms:" + FakeAws.REGION + ":" + ACCOUNT + ":key/" + UUID.randomUUID(), names);
    }

    Key replica(String arn, String... names) {
        Key key = new Key(arn);
        keys.put(arn, key);
        for (String name : names) {
            alias(name, key);
        }
        return key;
    }

    /** Gives a name to a key, or moves it to another. */
    void alias(String name, Key key) {
        aliases.put(name, key.arn);
    }

    void delete(Key key) {
        keys.remove(key.arn);
    }

    String answer(Asked asked) {
        return switch (asked.action()) {
            case "kms:DescribeKey" -> described(found(asked.named()));
            case "kms:Encrypt" -> encrypted(usable(found(asked.named())), asked.body());
            case "kms:Decrypt" -> decrypted(asked);
            default -> throw new Refusal(400, "UnknownOperationException", asked.action());
        };
    }

    private Key found(String name) {
        String alias = name.replaceFirst("^arn:aws:kms:" + FakeAws.REGION + ":" + ACCOUNT + ":alias/", "alias/");
        String arn = aliases.getOrDefault(alias, name);
        Key key = keys.get(
                arn.startsWith("arn:") ? arn : "arn:aws:kms:" + FakeAws.REGION + ":" + ACCOUNT + ":key/" + arn);
        if (key == null) {
            throw new Refusal(
                    400,
                    "NotFoundException",
                    (alias.startsWith("alias/") ? "Alias " : "Key ") + name + " is not found.");
        }
        return key;
    }

    private static Key usable(Key key) {
        if (key.state.equals("Disabled")) {
            throw new Refusal(400, "DisabledException", key.arn + " is disabled.");
        } else if (!key.state.equals("Enabled")) {
            throw new Refusal(400, "KMSInvalidStateException", key.arn + " is in state " + key.state + ".");
        } else if (!key.usage.equals("ENCRYPT_DECRYPT")) {
            throw new Refusal(400, "InvalidKeyUsageException", key.arn + " key usage is " + key.usage);
        }
        return key;
    }

    private static String described(Key key) {
        return "{\"KeyMetadata\":{\"KeyId\":\"" + key.arn.substring(key.arn.indexOf('/') + 1) + "\",\"Arn\":\""
                + key.arn
                + "\",\"Enabled\":" + key.state.equals("Enabled") + ",\"KeyState\":\"" + key.state + "\",\"KeySpec\":\""
                + key.spec
                + "\",\"KeyUsage\":\"" + key.usage + "\",\"KeyManager\":\"" + key.manager + "\"}}";
    }

    private static String encrypted(Key key, Map<String, JsonNode> body) {
        byte[] plain = bytes(body, "Plaintext");
        byte[] iv = new byte[12];
        RANDOM.nextBytes(iv);
        int material = key.materials.size() - 1;
        byte[] sealed = crypt(Cipher.ENCRYPT_MODE, key, material, iv, plain, body);
        byte[] id = key.arn.getBytes(UTF_8);
        byte[] all = ByteBuffer.allocate(2 + id.length + 4 + 12 + sealed.length)
                .putShort((short) id.length)
                .put(id)
                .putInt(material)
                .put(iv)
                .put(sealed)
                .array();
        return "{\"KeyId\":\"" + key.arn + "\",\"CiphertextBlob\":\""
                + Base64.getEncoder().encodeToString(all) + "\"}";
    }

    private String decrypted(Asked asked) {
        Key key = usable(found(asked.named()));
        try {
            ByteBuffer all = ByteBuffer.wrap(bytes(asked.body(), "CiphertextBlob"));
            byte[] id = new byte[all.getShort() & 0xFFFF];
            all.get(id);
            // A replica in another region has the same id.
            if (!new String(id, UTF_8).replaceFirst(".*/", "").equals(key.arn.replaceFirst(".*/", ""))) {
                throw new Refusal(
                        400,
                        "IncorrectKeyException",
                        "The key ID in the request does not identify a CMK that can perform this operation.");
            }
            int material = all.getInt();
            byte[] iv = new byte[12];
            all.get(iv);
            byte[] sealed = new byte[all.remaining()];
            all.get(sealed);
            byte[] plain = crypt(Cipher.DECRYPT_MODE, key, material, iv, sealed, asked.body());
            return "{\"KeyId\":\"" + key.arn + "\",\"Plaintext\":\""
                    + Base64.getEncoder().encodeToString(plain) + "\"}";
        } catch (BufferUnderflowException | IndexOutOfBoundsException cut) {
            throw new Refusal(400, "InvalidCiphertextException", "");
        }
    }

    private static byte[] crypt(
            int mode, Key key, int material, byte[] iv, byte[] content, Map<String, JsonNode> body) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key.materials.get(material), "AES"), new GCMParameterSpec(128, iv));
            Map<String, String> context = new TreeMap<>();
            JsonNode said = body.get("EncryptionContext");
            if (said != null) {
                said.asObject().forEach((name, value) -> context.put(name, value.text()));
            }
            cipher.updateAAD(context.toString().getBytes(UTF_8));
            return cipher.doFinal(content);
        } catch (AEADBadTagException changed) {
            throw new Refusal(400, "InvalidCiphertextException", "");
        } catch (GeneralSecurityException lacking) {
            throw new IllegalStateException(lacking);
        }
    }

    private static byte[] bytes(Map<String, JsonNode> body, String name) {
        return Base64.getDecoder().decode(body.get(name).text());
    }
}
