import Text

/// Vectors of character n-grams beside those of words: what gives unseen words a vector.
public struct SubwordVectors: Sendable {
    public let characterNGrams: CharacterNGrams

    public init(characterNGrams: CharacterNGrams) { self.characterNGrams = characterNGrams }
}
