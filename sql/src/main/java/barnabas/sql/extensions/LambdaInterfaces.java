package barnabas.sql.extensions;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/// The interface of lambdas with three parameters, which the JDK does not have, made here for jars that do not have
/// ksqlDB's.
final class LambdaInterfaces {
    private static final int PUBLIC_INTERFACE = ClassFile.ACC_PUBLIC | ClassFile.ACC_INTERFACE | ClassFile.ACC_ABSTRACT;
    private static final String PACKAGE = "io.confluent.ksql.";
    private static final String SIMPLE_NAME = ".TriFunction";

    private LambdaInterfaces() {}

    static boolean has(String name) {
        return name.startsWith(PACKAGE) && name.endsWith(SIMPLE_NAME);
    }

    static byte[] bytes(String name) {
        ClassDesc object = ConstantDescs.CD_Object;
        return ClassFile.of()
                .build(
                        ClassDesc.of(name),
                        type -> type.withFlags(PUBLIC_INTERFACE)
                                .withMethod(
                                        "apply",
                                        MethodTypeDesc.of(object, object, object, object),
                                        ClassFile.ACC_PUBLIC | ClassFile.ACC_ABSTRACT,
                                        _ -> {}));
    }
}
