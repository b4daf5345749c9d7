package barnabas.registry.kinds;

import barnabas.registry.model.RegistryProblem;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A JSON schema with the documents that it refers to.
///
/// @param used roots of other documents by the names that `$ref` has for them
record JsonDocument(Object root, Map<String, Object> used) {
    /// A schema within a document.
    ///
    /// @param root of the document, which its own references begin at
    record Node(Object schema, Object root) {}

    Node start() {
        return new Node(root, root);
    }

    /// The schema that a `$ref` means; empty when it is not among the documents.
    Optional<Node> resolve(String reference, Object from) {
        int hash = reference.indexOf('#');
        String name = hash < 0 ? reference : reference.substring(0, hash);
        String place = hash < 0 ? "" : reference.substring(hash + 1);
        Object document = name.isEmpty() || name.equals(id(from)) ? from : used.get(name);
        if (document == null) return Optional.empty();
        if (place.isEmpty()) return Optional.of(new Node(document, document));
        if (!place.startsWith("/")) return anchored(place, document, document);
        Object at = document;
        for (String each : place.substring(1).split("/", -1)) {
            String part = each.replace("~1", "/").replace("~0", "~");
            Object next = null;
            if (at instanceof Map<?, ?> map) next = map.get(part);
            else if (at instanceof List<?> list && part.matches("[0-9]{1,6}") && Integer.parseInt(part) < list.size())
                next = list.get(Integer.parseInt(part));
            if (next == null) return Optional.empty();
            at = next;
        }
        return Optional.of(new Node(at, document));
    }

    private static String id(Object document) {
        if (!(document instanceof Map<?, ?> map)) return "";
        if (map.get("$id") instanceof String id) return id.endsWith("#") ? id.substring(0, id.length() - 1) : id;
        return map.get("id") instanceof String id ? id : "";
    }

    private static Optional<Node> anchored(String anchor, Object at, Object document) {
        switch (at) {
            case Map<?, ?> map -> {
                boolean here = anchor.equals(map.get("$anchor")) || ("#" + anchor).equals(map.get("$id"));
                if (here) return Optional.of(new Node(map, document));
                for (Object each : map.values()) {
                    Optional<Node> found = anchored(anchor, each, document);
                    if (found.isPresent()) return found;
                }
            }
            case List<?> list -> {
                for (Object each : list) {
                    Optional<Node> found = anchored(anchor, each, document);
                    if (found.isPresent()) return found;
                }
            }
            default -> {}
        }
        return Optional.empty();
    }

    /// Fails for a `$ref` to a document that is not there. Places within documents that have an `$id` of their own are
    /// taken as they are.
    void checkReferences() throws RegistryProblem {
        Set<String> ids = new HashSet<>();
        collectIds(root, ids);
        check(root, ids);
    }

    private static void collectIds(Object at, Set<String> ids) {
        if (at instanceof Map<?, ?> map) {
            if (map.get("$id") instanceof String id) ids.add(id);
            for (Object each : map.values()) collectIds(each, ids);
        } else if (at instanceof List<?> list) {
            for (Object each : list) collectIds(each, ids);
        }
    }

    private void check(Object at, Set<String> ids) throws RegistryProblem {
        if (at instanceof Map<?, ?> map) {
            if (map.get("$ref") instanceof String reference) checkReference(reference, ids);
            for (Map.Entry<?, ?> each : map.entrySet())
                if (!isData(String.valueOf(each.getKey()))) check(each.getValue(), ids);
        } else if (at instanceof List<?> list) {
            for (Object each : list) check(each, ids);
        }
    }

    private static boolean isData(String keyword) {
        return keyword.equals("enum")
                || keyword.equals("const")
                || keyword.equals("default")
                || keyword.equals("examples");
    }

    private void checkReference(String reference, Set<String> ids) throws RegistryProblem {
        int hash = reference.indexOf('#');
        String name = hash < 0 ? reference : reference.substring(0, hash);
        boolean known = name.isEmpty()
                || used.containsKey(name)
                || name.startsWith("http://json-schema.org/")
                || name.startsWith("https://json-schema.org/");
        for (String id : ids) known |= id.equals(name) || id.endsWith("/" + name);
        if (!known) throw RegistryProblem.invalidSchema("$ref " + reference + " is not among the references");
        if (name.isEmpty() && ids.isEmpty() && resolve(reference, root).isEmpty())
            throw RegistryProblem.invalidSchema("$ref " + reference + " leads nowhere");
    }
}
