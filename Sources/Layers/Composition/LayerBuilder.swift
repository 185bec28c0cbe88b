/// A layer among others, built in a scope of its own.
///
///     Child { Linear(inputs: 5, outputs: 7, scope: $0) }
public struct Child {
    let make: (Scope) -> any Layer

    public init(_ make: @escaping (Scope) -> any Layer) { self.make = make }
}

/// Children written one below the other; layers without parameters stand for themselves.
@resultBuilder
public enum LayerBuilder {
    public static func buildExpression(_ child: Child) -> [Child] { [child] }
    public static func buildExpression(_ layer: any Layer) -> [Child] { [Child { _ in layer }] }
    public static func buildBlock(_ children: [Child]...) -> [Child] { children.flatMap { $0 } }
    public static func buildOptional(_ children: [Child]?) -> [Child] { children ?? [] }
    public static func buildEither(first children: [Child]) -> [Child] { children }
    public static func buildEither(second children: [Child]) -> [Child] { children }
    public static func buildArray(_ children: [[Child]]) -> [Child] { children.flatMap { $0 } }
}
