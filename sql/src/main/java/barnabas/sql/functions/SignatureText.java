package barnabas.sql.functions;

import barnabas.sql.types.SqlType;
import barnabas.sql.types.TypeProblem;
import java.util.ArrayList;
import java.util.List;

/// Reader of signatures.
final class SignatureText {
    private final String text;
    private int at;

    SignatureText(String text) {
        this.text = text;
    }

    /// Reads `(name TYPE, name TYPE...)`.
    ///
    /// @return whether the last parameter stands for any number of arguments
    boolean parameters(List<String> names, List<TypePattern> types) {
        boolean variadic = false;
        take('(');
        while (!ahead(')')) {
            if (!names.isEmpty()) take(',');
            names.add(name());
            types.add(type());
            if (ahead('.')) {
                for (int dot = 0; dot < 3; dot++) take('.');
                variadic = true;
            }
        }
        take(')');
        return variadic;
    }

    TypePattern result() {
        return type();
    }

    @SuppressWarnings("RefactorSwitch") // cases of several statements
    private TypePattern type() {
        String name = name();
        switch (name) {
            case "ARRAY" -> {
                take('<');
                TypePattern element = type();
                take('>');
                return new TypePattern.ArrayOf(element);
            }
            case "MAP" -> {
                take('<');
                TypePattern key = type();
                take(',');
                TypePattern value = type();
                take('>');
                return new TypePattern.MapOf(key, value);
            }
            case "STRUCT" -> {
                return struct();
            }
            case "LAMBDA" -> {
                List<TypePattern> parameters = new ArrayList<>();
                take('(');
                while (!ahead(')')) {
                    if (!parameters.isEmpty()) take(',');
                    parameters.add(type());
                }
                take(')');
                return new TypePattern.LambdaOf(parameters, type());
            }
            case "DECIMAL" -> {
                return new TypePattern.AnyDecimal();
            }
            default -> {
                return name.length() == 1 ? new TypePattern.Variable(name) : new TypePattern.Exact(SqlType.parse(name));
            }
        }
    }

    /// A struct of plain types, or one with variables in it.
    private TypePattern struct() {
        int open = 0;
        for (int end = at; end < text.length(); end++) {
            if (text.charAt(end) == '<') open++;
            if (text.charAt(end) != '>' || --open > 0) continue;
            try {
                var exact = new TypePattern.Exact(SqlType.parse("STRUCT" + text.substring(at, end + 1)));
                at = end + 1;
                return exact;
            } catch (TypeProblem _) {
                break;
            }
        }
        List<String> names = new ArrayList<>();
        List<TypePattern> types = new ArrayList<>();
        take('<');
        while (!ahead('>')) {
            if (!names.isEmpty()) take(',');
            names.add(name());
            types.add(type());
        }
        take('>');
        return new TypePattern.StructOf(names, types);
    }

    private boolean ahead(char c) {
        while (at < text.length() && text.charAt(at) == ' ') at++;
        return at < text.length() && text.charAt(at) == c;
    }

    private void take(char c) {
        if (!ahead(c)) throw new IllegalArgumentException("'" + c + "' expected at " + at + " of " + text);
        at++;
    }

    private String name() {
        boolean _ = ahead(' ');
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) at++;
        if (start == at) throw new IllegalArgumentException("a name expected at " + at + " of " + text);
        return text.substring(start, at);
    }
}
