package barnabas.architecture;

import com.tngtech.archunit.core.domain.AccessTarget.MethodCallTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Finds which configuration the shipped code obeys in its class files: components of config records that code outside
/// the config
/// module reads, directly or through a method of the config module, and names that it asks for as text.
///
/// Parsing, checking and describing a configuration is no use of it.
final class SettingReaders {
    private static final String ROOM = "barnabas.config";

    /// Entrances of the config module behind which every setting is read, whether it has an effect or not.
    private static final Set<String> READ_ALL = Set.of(
            "barnabas.config.BrokerConfig.defaults",
            "barnabas.config.BrokerConfig.parse",
            "barnabas.config.BrokerConfig.unserved",
            "barnabas.config.BrokerConfig.unservedInCluster",
            "barnabas.config.BrokerConfig.withDynamic",
            "barnabas.config.GroupConfig.of",
            "barnabas.config.TopicConfigs.problemWith",
            "barnabas.config.dynamic.ConfigDescriptions",
            "barnabas.config.dynamic.DynamicConfigs",
            "barnabas.config.dynamic.GroupConfigs.problemWith");

    /// Classes that get settings by name from a function or an image.
    private static final Set<String> BY_FUNCTION = Set.of(
            "barnabas.base.security.TlsSettings",
            "barnabas.base.security.TokenEndpoint",
            "barnabas.metadata.floors.MirrorFloors",
            "barnabas.mirror.MirrorTopic");

    /// Components that are only copied into another record: they are used when the copy is.
    private static final Map<String, String> COPIES = Map.of(
            "barnabas.config.TopicConfig$Flush.millis", "barnabas.log.LogConfig$Flush.millis",
            "barnabas.config.TopicConfig$Segments.preallocate", "barnabas.log.LogConfig$Segments.preallocate");

    private final Set<String> used = new HashSet<>();
    private final Set<String> texts = new HashSet<>();

    SettingReaders(JavaClasses classes) throws IOException {
        var calls = new HashMap<String, Set<String>>();
        var open = new ArrayDeque<String>();
        for (JavaClass each : classes) {
            boolean inside = isConfig(each);
            for (JavaAccess<?> access : each.getAccessesFromSelf()) {
                if (!reads(access)) continue;
                JavaClass target = access.getTargetOwner();
                String read = target.getName() + "." + access.getTarget().getName();
                if (inside)
                    calls.computeIfAbsent(name(access.getOrigin()), _ -> new HashSet<>())
                            .add(read);
                else if (isConfig(target)) open.add(read);
                else if (COPIES.containsValue(read) && !each.equals(target)) used.add(read);
            }
            if (!inside && asksByName(each)) addTexts(each);
        }
        follow(open, calls);
    }

    private void follow(ArrayDeque<String> open, Map<String, Set<String>> calls) {
        while (!open.isEmpty()) {
            String called = open.remove();
            if (readsAll(called) || !used.add(called)) continue;
            open.addAll(calls.getOrDefault(called, Set.of()));
        }
    }

    private static boolean readsAll(String called) {
        return READ_ALL.contains(called) || READ_ALL.contains(called.substring(0, called.lastIndexOf('.')));
    }

    /// A record's own methods read its fields.
    private static boolean reads(JavaAccess<?> access) {
        return !(access instanceof JavaFieldAccess field) || field.getAccessType() == JavaFieldAccess.AccessType.GET;
    }

    private static String name(JavaCodeUnit unit) {
        return unit.getOwner().getName() + "." + unit.getName();
    }

    private static boolean isConfig(JavaClass each) {
        return each.getPackageName().equals(ROOM) || each.getPackageName().startsWith(ROOM + ".");
    }

    private static boolean asksByName(JavaClass each) {
        if (BY_FUNCTION.contains(each.getName())) return true;
        return each.getMethodCallsFromSelf().stream().anyMatch(call -> {
            MethodCallTarget target = call.getTarget();
            String owner = target.getOwner().getName();
            if (owner.equals("barnabas.metadata.controller.ConfigRules"))
                return target.getName().equals("topicDefault");
            return owner.equals(ROOM + ".BrokerConfig")
                    && (target.getName().equals("value") || target.getName().equals("valueFor"));
        });
    }

    private void addTexts(JavaClass each) throws IOException {
        String file = "/" + each.getName().replace('.', '/') + ".class";
        try (InputStream in = SettingReaders.class.getResourceAsStream(file)) {
            if (in == null) throw new IOException("no class file " + file);
            for (PoolEntry entry : ClassFile.of().parse(in.readAllBytes()).constantPool())
                if (entry instanceof StringEntry text) texts.add(text.stringValue());
        }
    }

    /// True when shipped code outside the config module uses the component of a config record.
    boolean uses(Class<?> type, String component) {
        String name = type.getName() + "." + component;
        return used.contains(COPIES.getOrDefault(name, name));
    }

    /// True when shipped code asks for the setting by its name.
    boolean asksFor(String name) {
        return texts.contains(name);
    }
}
