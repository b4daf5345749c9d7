package barnabas.sql.extensions;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// The interfaces that aggregate functions of jars implement, made here with the methods that ksqlDB's documentation
/// names, for jars that do not have them.
final class AggregateInterfaces {
    static final String UDAF = "io.confluent.ksql.function.udaf.Udaf";
    static final String TABLE_UDAF = "io.confluent.ksql.function.udaf.TableUdaf";

    private static final int PUBLIC_INTERFACE = ClassFile.ACC_PUBLIC | ClassFile.ACC_INTERFACE | ClassFile.ACC_ABSTRACT;
    private static final Map<String, Integer> METHODS =
            new TreeMap<>(Map.of("initialize", 0, "aggregate", 2, "merge", 2, "map", 1));

    private AggregateInterfaces() {}

    static boolean has(String name) {
        return name.equals(UDAF) || name.equals(TABLE_UDAF);
    }

    static byte[] bytes(String name) {
        boolean table = name.equals(TABLE_UDAF);
        return ClassFile.of().build(ClassDesc.of(name), type -> {
            type.withFlags(PUBLIC_INTERFACE);
            if (table) type.withInterfaceSymbols(ClassDesc.of(UDAF));
            (table ? Map.of("undo", 2) : METHODS)
                    .forEach((method, parameters) -> type.withMethod(
                            method, of(parameters), ClassFile.ACC_PUBLIC | ClassFile.ACC_ABSTRACT, _ -> {}));
        });
    }

    private static MethodTypeDesc of(int parameters) {
        var types = new ClassDesc[parameters];
        Arrays.fill(types, ConstantDescs.CD_Object);
        return MethodTypeDesc.of(ConstantDescs.CD_Object, types);
    }
}
