package barnabas.conformance.hostile;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A planted fault: as an agent in a broker, it has each request keep its event loop busy for 200 ms.
public final class SlowHandler {
    private static final String CHANGED = "barnabas/broker/request/Dispatcher";
    private static final long SPIN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private SlowHandler() {}

    public static void premain(String arguments, Instrumentation instrumentation) {
        instrumentation.addTransformer(new ClassFileTransformer() {
            @Override
            public byte @Nullable [] transform(
                    ClassLoader loader,
                    String className,
                    @Nullable Class<?> redefined,
                    ProtectionDomain domain,
                    byte[] classFile) {
                return CHANGED.equals(className) ? slow(classFile) : null;
            }
        });
    }

    private static byte[] slow(byte[] classFile) {
        ClassFile format = ClassFile.of();
        ClassModel handler = format.parse(classFile);
        return format.transformClass(
                handler,
                ClassTransform.transformingMethodBodies(
                        method -> method.methodName().equalsString("decode"), new SpinFirst()));
    }

    private static final class SpinFirst implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            code.invokestatic(
                    ClassDesc.of(SlowHandler.class.getName()), "spin", MethodTypeDesc.of(ConstantDescs.CD_void));
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }

    /// Called by the changed handler.
    public static void spin() {
        long end = System.nanoTime() + SPIN_NANOS;
        while (System.nanoTime() < end) Thread.onSpinWait();
    }
}
