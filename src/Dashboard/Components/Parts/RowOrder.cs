namespace Hermes.Dashboard.Components.Parts;

/// <summary>The order of a table whose rows are all at hand.</summary>
/// <param name="Word">The column in lower case, after a minus where the order is the opposite one, as the address says it; anything else leaves rows as they come.</param>
public sealed record RowOrder(string? Word)
{
    /// <summary>Whether it is the opposite order.</summary>
    public bool IsDescending => Word?.StartsWith('-') == true;

    /// <summary>Whether rows are in the order of a column.</summary>
    public bool IsBy(string column) => string.Equals(Word?.TrimStart('-'), column, StringComparison.OrdinalIgnoreCase);

    /// <summary>The word for what a click on a column asks for: its order, then the opposite one, then none.</summary>
    public string? After(string column) => !IsBy(column) ? column.ToLowerInvariant() : IsDescending ? null : $"-{column.ToLowerInvariant()}";

    /// <summary>Rows in this order.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">What rows are ordered by, by the column.</param>
    public IReadOnlyList<T> Of<T>(IReadOnlyList<T> rows, IReadOnlyDictionary<string, Func<T, object>> columns) =>
        columns.FirstOrDefault(c => IsBy(c.Key)).Value is not { } by ? rows : [.. IsDescending ? rows.OrderByDescending(by) : rows.OrderBy(by)];
}
