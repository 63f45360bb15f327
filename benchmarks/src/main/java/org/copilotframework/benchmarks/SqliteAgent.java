package org.copilotframework.benchmarks;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.Set;
import java.util.regex.Pattern;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * An agent of the JVM that leads what SQLite's driver asks of the library through {@link SqliteCounts}. It names no class of the
 * driver, which would then be loaded before it can be changed.
 */
public final class SqliteAgent implements ClassFileTransformer {
    private static final String COUNTS = "org/copilotframework/benchmarks/SqliteCounts";
    private static final String DRIVER = "org/sqlite/";
    private static final String DATABASE = "org/sqlite/core/DB";
    private static final Set<String> LED =
            Set.of("step(J)I", "reset(J)I", "_exec(Ljava/lang/String;)I", "finalize(Lorg/sqlite/core/SafeStmtPtr;J)I");

    /** The driver begins and commits an empty transaction after a statement to see that none is open: nobody asked for that. */
    private static final Pattern OWN = Pattern.compile("(?i)ensureAutoCommit");

    private static volatile boolean installed;

    private SqliteAgent() {}

    /**
     * Called by the JVM.
     *
     * @param none nothing
     * @param jvm the JVM
     */
    public static void premain(@Nullable String none, Instrumentation jvm) {
        jvm.addTransformer(new SqliteAgent());
        installed = true;
    }

    static boolean isInstalled() {
        return installed;
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            String name,
            @Nullable Class<?> present,
            ProtectionDomain domain,
            byte[] content) {
        if (!name.startsWith(DRIVER)) {
            return null;
        }
        ClassReader reader = new ClassReader(content);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(new Led(writer), 0);
        return writer.toByteArray();
    }

    /** A class of the driver, whose calls go through here. */
    private static final class Led extends ClassVisitor {
        Led(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String method, String descriptor, @Nullable String signature, String @Nullable [] thrown) {
            MethodVisitor as = super.visitMethod(access, method, descriptor, signature, thrown);
            return OWN.matcher(method).find()
                    ? as
                    : new MethodVisitor(Opcodes.ASM9, as) {
                        @Override
                        public void visitMethodInsn(
                                int opcode, String owner, String name, String type, boolean isInterface) {
                            if (opcode == Opcodes.INVOKEVIRTUAL && isLed(owner, name, type)) {
                                super.visitMethodInsn(Opcodes.INVOKESTATIC, COUNTS, name, withDatabase(type), false);
                            } else {
                                super.visitMethodInsn(opcode, owner, name, type, isInterface);
                            }
                        }

                        @Override
                        public void visitInvokeDynamicInsn(
                                String name, String type, Handle bootstrap, Object... arguments) {
                            Object[] led = arguments.clone();
                            for (int i = 0; i < led.length; i++) {
                                if (led[i] instanceof Handle handle
                                        && isLed(handle.getOwner(), handle.getName(), handle.getDesc())) {
                                    led[i] = new Handle(
                                            Opcodes.H_INVOKESTATIC,
                                            COUNTS,
                                            handle.getName(),
                                            withDatabase(handle.getDesc()),
                                            false);
                                }
                            }
                            super.visitInvokeDynamicInsn(name, type, bootstrap, led);
                        }
                    };
        }

        private static boolean isLed(String owner, String name, String type) {
            return owner.equals(DATABASE) && LED.contains(name + type);
        }

        /** The connection, on which the method was called, becomes the first argument. */
        private static String withDatabase(String type) {
            return "(L" + DATABASE + ";" + type.substring(1);
        }
    }
}
