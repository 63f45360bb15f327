package org.copilotframework.benchmarks;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;
import org.sqlite.core.DB;
import org.sqlite.core.SafeStmtPtr;

/**
 * Counts what is asked of SQLite where its driver hands it to the library, alike for everybody: statements that are run (those that
 * begin and end a transaction too), rows that come back, rows that are changed. SQLite has no wire to listen at, so this is an agent
 * of the JVM, through which the driver's calls of {@code sqlite3_step} and its like are led.
 */
public final class SqliteCounts implements ClassFileTransformer {
    private static final String HERE = SqliteCounts.class.getName().replace('.', '/');
    private static final String DRIVER = "org/sqlite/";
    private static final String DATABASE = "org/sqlite/core/DB";
    private static final Set<String> LED =
            Set.of("step(J)I", "reset(J)I", "_exec(Ljava/lang/String;)I", "finalize(Lorg/sqlite/core/SafeStmtPtr;J)I");

    /** SQLite's own number: there is a row, and the statement is not at its end. */
    private static final int ROW = 100;

    private static final AtomicLong STATEMENTS = new AtomicLong();
    private static final AtomicLong ROWS_READ = new AtomicLong();
    private static final AtomicLong ROWS_CHANGED = new AtomicLong();

    /** Statements that have given a row and may give another, by their address. */
    private static final Set<Long> UNDER_WAY = ConcurrentHashMap.newKeySet();

    private static volatile boolean installed;
    private static volatile boolean counting;

    private SqliteCounts() {}

    /** What was counted. */
    record Counted(long statements, long rowsRead, long rowsChanged) {}

    /** What is counted. */
    interface Work {
        void run() throws Exception;
    }

    /** Does it, and counts meanwhile; nobody else may use SQLite in this process then. */
    static Counted of(Work work) throws Exception {
        if (!installed) {
            throw new IllegalStateException(
                    "SQLite's statements are counted by an agent; begin this JVM with " + option());
        }
        STATEMENTS.set(0);
        ROWS_READ.set(0);
        ROWS_CHANGED.set(0);
        UNDER_WAY.clear();
        counting = true;
        try {
            work.run();
        } finally {
            counting = false;
        }
        return new Counted(STATEMENTS.get(), ROWS_READ.get(), ROWS_CHANGED.get());
    }

    /** What a JVM begins with that is to count. */
    static String option() {
        return "-javaagent:" + ChildJvm.target().resolve("benchmarks.jar");
    }

    /**
     * Called by the JVM.
     *
     * @param none nothing
     * @param jvm the JVM
     */
    public static void premain(@Nullable String none, Instrumentation jvm) {
        jvm.addTransformer(new SqliteCounts());
        installed = true;
    }

    /**
     * In place of {@link DB#step}.
     *
     * @param database which connection
     * @param statement its address
     * @return SQLite's answer
     * @throws SQLException if it fails
     */
    public static int step(DB database, long statement) throws SQLException {
        if (!counting) {
            return database.step(statement);
        }
        if (UNDER_WAY.add(statement)) {
            STATEMENTS.incrementAndGet();
        }
        long before = database.total_changes();
        int answer = database.step(statement);
        ROWS_CHANGED.addAndGet(database.total_changes() - before);
        if (answer == ROW) {
            ROWS_READ.incrementAndGet();
        } else {
            UNDER_WAY.remove(statement);
        }
        return answer;
    }

    /**
     * In place of {@link DB#reset}.
     *
     * @param database which connection
     * @param statement its address
     * @return SQLite's answer
     * @throws SQLException if it fails
     */
    public static int reset(DB database, long statement) throws SQLException {
        UNDER_WAY.remove(statement);
        return database.reset(statement);
    }

    /**
     * In place of {@link DB#finalize(SafeStmtPtr, long)}.
     *
     * @param database which connection
     * @param pointer the statement
     * @param statement its address
     * @return SQLite's answer
     * @throws SQLException if it fails
     */
    public static int finalize(DB database, SafeStmtPtr pointer, long statement) throws SQLException {
        UNDER_WAY.remove(statement);
        return database.finalize(pointer, statement);
    }

    /**
     * In place of {@link DB#_exec}.
     *
     * @param database which connection
     * @param sql a statement without parameters
     * @return SQLite's answer
     * @throws SQLException if it fails
     */
    public static int _exec(DB database, String sql) throws SQLException {
        if (!counting) {
            return database._exec(sql);
        }
        STATEMENTS.incrementAndGet();
        long before = database.total_changes();
        int answer = database._exec(sql);
        ROWS_CHANGED.addAndGet(database.total_changes() - before);
        return answer;
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
            return new MethodVisitor(Opcodes.ASM9, super.visitMethod(access, method, descriptor, signature, thrown)) {
                @Override
                public void visitMethodInsn(int opcode, String owner, String name, String type, boolean isInterface) {
                    if (opcode == Opcodes.INVOKEVIRTUAL && isLed(owner, name, type)) {
                        super.visitMethodInsn(Opcodes.INVOKESTATIC, HERE, name, withDatabase(type), false);
                    } else {
                        super.visitMethodInsn(opcode, owner, name, type, isInterface);
                    }
                }

                @Override
                public void visitInvokeDynamicInsn(String name, String type, Handle bootstrap, Object... arguments) {
                    Object[] led = arguments.clone();
                    for (int i = 0; i < led.length; i++) {
                        if (led[i] instanceof Handle handle
                                && isLed(handle.getOwner(), handle.getName(), handle.getDesc())) {
                            led[i] = new Handle(
                                    Opcodes.H_INVOKESTATIC,
                                    HERE,
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
