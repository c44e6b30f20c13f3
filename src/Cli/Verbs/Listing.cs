using System.CommandLine;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Catalog;

namespace Hermes.Cli.Verbs;

/// <summary>What a verb that lists is told of which it shall list: a page, a part of the name, a state.</summary>
/// <typeparam name="TState">The states of what is listed.</typeparam>
internal sealed class Listing<TState>
    where TState : struct, Enum
{
    private readonly Option<string?> _search = new("--search") { Description = "Only those whose name contains this.", HelpName = "TEXT" };
    private readonly Option<string?> _state = new("--state") { Description = "Only those in this state.", HelpName = "STATE" };
    private readonly Option<string?> _after = new("--after") { Description = "Only those after this name: the last of the page before.", HelpName = "NAME" };
    private readonly Option<int?> _limit = new("--limit") { Description = "At most this many.", HelpName = "N" };

    public Listing()
    {
        _state.AcceptOnlyFromAmong([.. Enum.GetValues<TState>().Select(Word)]);
        _limit.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() is <= 0)
            {
                result.AddError("--limit is a whole number from 1.");
            }
        });
    }

    /// <summary>Gives a verb the options.</summary>
    public VerbCommand AddTo(VerbCommand verb)
    {
        foreach (var option in new Option[] { _search, _state, _after, _limit })
        {
            verb.Options.Add(option);
        }

        return verb;
    }

    /// <summary>Reads what is wanted.</summary>
    /// <param name="context">What the user said.</param>
    /// <param name="list">Lists what a filter lets pass.</param>
    /// <param name="keyOf">The key that belongs to a name; the name itself when null.</param>
    public IAsyncEnumerable<T> Of<T>(VerbContext context, Func<CatalogFilter, IAsyncEnumerable<T>> list, Func<string, string>? keyOf = null)
    {
        var after = context.Get(_after);
        return list(new CatalogFilter
        {
            Search = context.Get(_search),
            State = context.Get(_state) is { } word ? Enum.GetValues<TState>().Single(s => Word(s) == word).Word() : null,
            After = after is null || keyOf is null ? after : keyOf(after),
        }).Take(context.Get(_limit) ?? int.MaxValue);
    }

    /// <summary>What is said when nothing is listed.</summary>
    /// <param name="context">What the user said.</param>
    /// <param name="none">What is said when there is nothing at all.</param>
    public string Nothing(VerbContext context, string none) => context.IsGiven(_search) || context.IsGiven(_state) || context.IsGiven(_after) ? "None of them is such." : none;

    private static string Word(TState state) => state.Word().ToLowerInvariant();
}
