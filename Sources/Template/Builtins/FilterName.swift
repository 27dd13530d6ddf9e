/// The filters of jinja2 3.1.
enum FilterName: UInt8, CaseIterable {
    case abs, attr, batch, capitalize, center, count, d, `default`, dictsort, e, escape, filesizeformat, first, float
    case forceescape, format, groupby, indent, int, items, join, last, length, list, lower, map, max, min, pprint
    case random, reject, rejectattr, replace, reverse, round, safe, select, selectattr, slice, sort, string, striptags
    case sum, title, tojson, trim, truncate, unique, upper, urlencode, urlize, wordcount, wordwrap, xmlattr

    init?(_ name: [UInt8]) {
        guard let found = FilterName.table[name] else { return nil }
        self = found
    }

    /// Those that jinja2 gives the context, so never computed by its compiler.
    var takesContext: Bool { [.map, .select, .reject, .selectattr, .rejectattr, .random].contains(self) }

    /// Those that look at autoescape.
    var escapes: Bool { [.join, .replace, .xmlattr, .urlize].contains(self) }

    private static let table = [[UInt8]: FilterName](
        uniqueKeysWithValues: allCases.map { (Array(String(describing: $0).utf8), $0) })
}

/// The tests of jinja2 3.1; those that go by several names are one case.
enum TestName: UInt8, CaseIterable {
    case odd, even, divisibleby, defined, undefined, filter, test, none, boolean, `false`, `true`, integer, float
    case lower, upper, string, mapping, number, sequence, iterable, callable, sameas, escaped, `in`
    case eq, ne, gt, ge, lt, le

    init?(_ name: [UInt8]) {
        guard let found = TestName.table[name] else { return nil }
        self = found
    }

    private static let table: [[UInt8]: TestName] = {
        var table = [[UInt8]: TestName](
            uniqueKeysWithValues: allCases.map { (Array(String(describing: $0).utf8), $0) })
        let others: [(String, TestName)] = [
            ("==", .eq), ("equalto", .eq), ("!=", .ne), (">", .gt), ("greaterthan", .gt), (">=", .ge), ("<", .lt),
            ("lessthan", .lt), ("<=", .le),
        ]
        for (name, test) in others { table[Array(name.utf8)] = test }
        return table
    }()
}
