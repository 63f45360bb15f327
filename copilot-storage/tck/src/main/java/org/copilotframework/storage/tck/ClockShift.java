package org.copilotframework.storage.tck;

import java.io.IOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/**
 * Gives a JVM a wall clock that is wrong: whoever asks the JDK for the time, but the JDK itself, is told another one. An agent of
 * the JVM, so that the store under test and its libraries are the real ones. The monotonic clock stays.
 */
public final class ClockShift implements ClassFileTransformer {
    private static final String SHIFTED = ClockShift.class.getName().replace('.', '/');
    private static final Set<String> ASKED = Set.of(
            "java/lang/System.currentTimeMillis()J",
            "java/time/Instant.now()Ljava/time/Instant;",
            "java/time/Clock.systemUTC()Ljava/time/Clock;",
            "java/time/InstantSource.system()Ljava/time/InstantSource;");

    private static volatile Duration by = Duration.ZERO;

    private ClockShift() {}

    /** What a JVM begins with so that its clock is wrong; the folder gets a file. */
    static String option(Path folder, Duration by) throws IOException {
        Path agent = folder.resolve("clock-shift.jar");
        if (Files.notExists(agent)) {
            Manifest manifest = new Manifest();
            manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            manifest.getMainAttributes().putValue("Premain-Class", ClockShift.class.getName());
            new JarOutputStream(Files.newOutputStream(agent), manifest).close();
        }
        return "-javaagent:" + agent + "=" + by;
    }

    /**
     * Called by the JVM.
     *
     * @param by how far the clock is ahead, as a {@link Duration}
     * @param jvm the JVM
     */
    public static void premain(String by, Instrumentation jvm) {
        ClockShift.by = Duration.parse(by);
        jvm.addTransformer(new ClockShift());
    }

    /**
     * In place of {@link Instant#now()}.
     *
     * @return the wrong time
     */
    public static Instant now() {
        return Instant.now().plus(by);
    }

    /**
     * In place of {@link System#currentTimeMillis()}.
     *
     * @return the wrong time
     */
    public static long currentTimeMillis() {
        return System.currentTimeMillis() + by.toMillis();
    }

    /**
     * In place of {@link Clock#systemUTC()}.
     *
     * @return a wrong clock
     */
    public static Clock systemUTC() {
        return Clock.offset(Clock.systemUTC(), by);
    }

    /**
     * In place of {@link InstantSource#system()}.
     *
     * @return a wrong clock
     */
    public static InstantSource system() {
        return systemUTC();
    }

    @Override
    public byte @Nullable [] transform(
            @Nullable ClassLoader loader,
            String name,
            @Nullable Class<?> present,
            ProtectionDomain domain,
            byte[] content) {
        if (loader == null || loader.equals(ClassLoader.getPlatformClassLoader()) || name.equals(SHIFTED)) {
            return null;
        }
        ClassReader reader = new ClassReader(content);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(new Redirected(writer), 0);
        return writer.toByteArray();
    }

    private static boolean isAsked(String owner, String method, String descriptor) {
        return ASKED.contains(owner + "." + method + descriptor);
    }

    /** A class whose questions come here. */
    private static final class Redirected extends ClassVisitor {
        Redirected(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public MethodVisitor visitMethod(
                int access, String method, String descriptor, @Nullable String signature, String @Nullable [] thrown) {
            return new MethodVisitor(Opcodes.ASM9, super.visitMethod(access, method, descriptor, signature, thrown)) {
                @Override
                public void visitMethodInsn(int opcode, String owner, String name, String type, boolean isInterface) {
                    boolean asked = isAsked(owner, name, type);
                    super.visitMethodInsn(opcode, asked ? SHIFTED : owner, name, type, isInterface && !asked);
                }

                @Override
                public void visitInvokeDynamicInsn(String name, String type, Handle bootstrap, Object... arguments) {
                    Object[] redirected = arguments.clone();
                    for (int i = 0; i < redirected.length; i++) {
                        if (redirected[i] instanceof Handle handle
                                && isAsked(handle.getOwner(), handle.getName(), handle.getDesc())) {
                            redirected[i] =
                                    new Handle(handle.getTag(), SHIFTED, handle.getName(), handle.getDesc(), false);
                        }
                    }
                    super.visitInvokeDynamicInsn(name, type, bootstrap, redirected);
                }
            };
        }
    }
}
