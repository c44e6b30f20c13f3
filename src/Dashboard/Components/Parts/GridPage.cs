using Hermes.Client.Connection;
using Hermes.Grains.Interfaces.Catalog;
using Microsoft.AspNetCore.Components;
using static Hermes.Dashboard.Components.Parts.AddressWords;

namespace Hermes.Dashboard.Components.Parts;

/// <summary>
/// A page that shows a part of a list. What is searched for, which part it is and in what order stands in the address, so that a page can be sent to somebody and
/// the browser's Back works.
/// </summary>
/// <typeparam name="TRow">A row of it.</typeparam>
public abstract class GridPage<TRow> : ReadingComponent<CatalogPage<TRow>>
{
    /// <summary>Rows of a part.</summary>
    public const int RowsPerPage = 50;

    /// <summary>The word of the address for the latest change first.</summary>
    protected const string Latest = "latest";

    /// <summary>The word of the address for names in order.</summary>
    protected const string ByName = "name";

    /// <summary>The word of the address for names in the opposite order.</summary>
    protected const string ByNameDescending = "-name";

    /// <summary>What is searched for in names.</summary>
    [SupplyParameterFromQuery]
    public string? Search { get; set; }

    /// <summary>The state in lower case, if only one is wanted.</summary>
    [SupplyParameterFromQuery]
    public string? State { get; set; }

    /// <summary>What the list is in the order of.</summary>
    [SupplyParameterFromQuery]
    public string? Sort { get; set; }

    /// <summary>Which part it is, 1-based.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    public string? PageText { get; set; }

    /// <summary>Where the browser is.</summary>
    [Inject]
    protected NavigationManager Navigation { get; private set; } = null!;

    /// <summary>Which part it is, 1-based.</summary>
    protected int Page => Whole(PageText) ?? 1;

    /// <summary>The order when the address says none.</summary>
    protected virtual string UsualSort => ByName;

    /// <summary>The order.</summary>
    protected string Order => Sort is ByName or ByNameDescending or Latest ? Sort : UsualSort;

    /// <summary>The word of the address for where a part begins.</summary>
    protected virtual string PartWord => "page";

    /// <summary>Whether anything but the order is asked for.</summary>
    protected virtual bool IsFiltered => NotEmpty(Search) is not null || NotEmpty(State) is not null;

    /// <summary>What is listed, one of <see cref="CatalogKinds"/>; null where the catalog does not list it.</summary>
    protected virtual string? CatalogKind => null;

    /// <inheritdoc/>
    /// <remarks>What only got on stands in the catalog as it did; what a list shows of that, the board knows.</remarks>
    protected sealed override Predicate<PlatformChange>? Concern => CatalogKind is { } kind ? change => change.Kind == kind && !change.IsProgress : null;

    /// <summary>What the catalog is asked.</summary>
    protected virtual CatalogFilter Filter => new()
    {
        Search = NotEmpty(Search),
        State = NotEmpty(State)?.ToUpperInvariant(),
        Skip = (Page - 1) * RowsPerPage,
        Order = Order switch { ByNameDescending => CatalogOrder.KeyDescending, Latest => CatalogOrder.Newest, _ => CatalogOrder.Key },
    };

    /// <summary>The address of another part of the same list.</summary>
    protected string PageAddress(int page) => Navigation.GetUriWithQueryParameter("page", page > 1 ? page : null);

    /// <summary>The address of the same list from its beginning in another order.</summary>
    protected string SortAddress(string sort) =>
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { [PartWord] = null, ["sort"] = sort == UsualSort ? null : sort });

    /// <summary>Asks for the list from its beginning with one more or one less condition.</summary>
    /// <param name="name">The word of the address.</param>
    /// <param name="value">What is wanted; nothing for all.</param>
    /// <param name="isWriting">Whether more of it may come: Back leads to before the writing.</param>
    protected void Only(string name, string? value, bool isWriting = false)
    {
        var address = Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { [PartWord] = null, [name] = NotEmpty(value) });
        if (address != Navigation.Uri)
        {
            Navigation.NavigateTo(address, new NavigationOptions { ReplaceHistoryEntry = isWriting && Navigation.Uri.Contains($"{name}=", StringComparison.Ordinal) });
        }
    }
}
