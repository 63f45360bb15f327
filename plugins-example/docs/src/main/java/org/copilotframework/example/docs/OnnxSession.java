package org.copilotframework.example.docs;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.Map;

/**
 * One ONNX model, ready to run, that gives everything back when it is closed.
 *
 * <p>{@code OrtEnvironment.getEnvironment()} registers a JVM shutdown hook that nobody can remove again, because
 * only the registry holds it; its thread, its context class loader and its code keep this plugin's class loader alive
 * for ever, and {@code OrtEnvironment.close()} has done nothing since ONNX Runtime 1.11. So this class opens the
 * native environment, the session and the tensors by the same native methods as {@code OrtEnvironment} does, without
 * the {@code OrtEnvironment} object and its hook, and releases the environment in {@link #close}. It reaches package
 * private members of ONNX Runtime 1.20.0 for that; another version is noticed by {@link #open}, not by a crash.
 *
 * <p>{@link #run} may be called by many threads at once. The caller sees to it that none of them is inside when
 * {@link #close} is called: machine code does not survive that. {@link Natives#load} comes first.
 */
final class OnnxSession implements AutoCloseable {
    private final Onnx onnx;
    private final long environment;
    private final Object allocator;
    private final OrtSession session;

    private OnnxSession(Onnx onnx, long environment, Object allocator, OrtSession session) {
        this.onnx = onnx;
        this.environment = environment;
        this.allocator = allocator;
        this.session = session;
    }

    /**
     * @param model the bytes of an ONNX file
     * @throws OrtException if it is none
     * @throws IllegalStateException if ONNX Runtime is not the version that this class was written for
     */
    static OnnxSession open(byte[] model) throws OrtException {
        Onnx onnx = Onnx.bind();
        long environment = (long) onnx.call(
                onnx.createEnvironment, onnx.api, OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING.getValue(), "docs");
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // On Windows the library reports to the system's event log otherwise; elsewhere this does nothing.
            onnx.call(onnx.setTelemetry, onnx.api, environment, false);
            // One thread a run, the caller's: no native pool, and as many runs at once as there are callers.
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            Object allocator = onnx.call(onnx.newAllocator, onnx.call(onnx.defaultAllocator, onnx.api), true);
            long handle = (long)
                    onnx.call(onnx.createSession, onnx.api, environment, model, onnx.call(onnx.optionsHandle, options));
            return new OnnxSession(
                    onnx, environment, allocator, (OrtSession) onnx.call(onnx.newSession, handle, allocator));
        } catch (OrtException | RuntimeException | Error e) {
            onnx.call(onnx.closeEnvironment, onnx.api, environment);
            throw e;
        }
    }

    /**
     * Runs the model on one sequence of tokens.
     *
     * @return the first output: one vector a token
     */
    float[][] run(long[] tokens) throws OrtException {
        long[] ones = new long[tokens.length];
        Arrays.fill(ones, 1);
        try (OnnxTensor ids = tensor(tokens);
                OnnxTensor mask = tensor(ones);
                OnnxTensor types = tensor(new long[tokens.length]);
                OrtSession.Result result =
                        session.run(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
            return ((float[][][]) result.get(0).getValue())[0];
        }
    }

    private OnnxTensor tensor(long[] values) throws OrtException {
        return (OnnxTensor)
                onnx.call(onnx.createTensor, null, allocator, LongBuffer.wrap(values), new long[] {1, values.length});
    }

    /** Ends the session and the native environment. To be called once. */
    @Override
    public void close() throws OrtException {
        try {
            session.close();
        } finally {
            onnx.call(onnx.closeEnvironment, onnx.api, environment);
        }
    }

    /** The members of ONNX Runtime that are not public. */
    private record Onnx(
            long api,
            MethodHandle createEnvironment,
            MethodHandle closeEnvironment,
            MethodHandle setTelemetry,
            MethodHandle defaultAllocator,
            MethodHandle newAllocator,
            MethodHandle optionsHandle,
            MethodHandle createSession,
            MethodHandle newSession,
            MethodHandle createTensor) {

        static Onnx bind() {
            try {
                MethodHandles.Lookup here = MethodHandles.lookup();
                Class<?> runtime = Class.forName("ai.onnxruntime.OnnxRuntime");
                Class<?> allocator = Class.forName("ai.onnxruntime.OrtAllocator");
                Class<?> options = OrtSession.SessionOptions.class;
                MethodHandles.Lookup inEnvironment = MethodHandles.privateLookupIn(OrtEnvironment.class, here);
                MethodHandles.Lookup inSession = MethodHandles.privateLookupIn(OrtSession.class, here);
                return new Onnx(
                        (long) MethodHandles.privateLookupIn(runtime, here)
                                .findStaticVarHandle(runtime, "ortApiHandle", long.class)
                                .get(),
                        inEnvironment.findStatic(
                                OrtEnvironment.class,
                                "createHandle",
                                type(long.class, long.class, int.class, String.class)),
                        inEnvironment.findStatic(
                                OrtEnvironment.class, "close", type(void.class, long.class, long.class)),
                        inEnvironment.findStatic(
                                OrtEnvironment.class,
                                "setTelemetry",
                                type(void.class, long.class, long.class, boolean.class)),
                        inEnvironment.findStatic(
                                OrtEnvironment.class, "getDefaultAllocator", type(long.class, long.class)),
                        MethodHandles.privateLookupIn(allocator, here)
                                .findConstructor(allocator, type(void.class, long.class, boolean.class)),
                        MethodHandles.privateLookupIn(options, here)
                                .findVirtual(options, "getNativeHandle", type(long.class)),
                        inSession.findStatic(
                                OrtSession.class,
                                "createSession",
                                type(long.class, long.class, long.class, byte[].class, long.class)),
                        inSession.findConstructor(OrtSession.class, type(void.class, long.class, allocator)),
                        MethodHandles.privateLookupIn(OnnxTensor.class, here)
                                .findStatic(
                                        OnnxTensor.class,
                                        "createTensor",
                                        type(
                                                OnnxTensor.class,
                                                OrtEnvironment.class,
                                                allocator,
                                                LongBuffer.class,
                                                long[].class)));
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("ONNX Runtime is not the version that this plugin was written for", e);
            }
        }

        private static MethodType type(Class<?> result, Class<?>... arguments) {
            return MethodType.methodType(result, arguments);
        }

        Object call(MethodHandle method, Object... arguments) throws OrtException {
            try {
                return method.invokeWithArguments(arguments);
            } catch (OrtException | RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new IllegalStateException("ONNX Runtime threw what it does not declare", e);
            }
        }
    }
}
