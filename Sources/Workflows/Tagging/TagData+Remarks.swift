extension TagData {
    /// What a reader of the report should know about the data.
    func remarks(recipe: TagRecipe) -> [String] {
        var remarks: [String] = []
        if emptyRows > 0 {
            remarks.append(emptyRows == 1
                    ? "1 row has no word after cleaning; it is kept, as a text of no words."
                    : "\(emptyRows) rows have no word after cleaning; they are kept, as texts of no words.")
        }
        if cutRows > 0 {
            let texts = cutRows == 1 ? "text was" : "texts were"
            remarks.append("\(cutRows) \(texts) cut to text.maximumLength, \(recipe.text.maximumLength) words.")
        }
        if !hasColumns, recipe.columns != TagRecipe.Columns(text: "", labels: "") {
            remarks.append(
                "The data are fastText's lines, which have no columns: columns.text and columns.labels did nothing.")
        }
        if labels.count > knownLabels {
            let unknown = labels.count - knownLabels
            remarks.append(
                unknown == 1
                    ? "1 label occurs in the test part alone; no model can know it, and it counts as missed."
                    : "\(unknown) labels occur in the test part alone; no model can know them, and they count as "
                        + "missed.")
        }
        if test.count == 0 {
            remarks.append(
                "There is no test part: the scores are those of the validation part, which early stopping has seen.")
        }
        return remarks
    }
}
