using System.CommandLine;
using System.Globalization;

namespace Hermes.Hosting;

/// <summary>Numbers that only make sense within bounds.</summary>
public static class NumberRange
{
    /// <summary>Refuses numbers outside of the bounds; what is no number is refused by the parser.</summary>
    public static void AcceptOnly(this Option option, double smallest, double largest = double.PositiveInfinity) => option.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: var text }]
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && !(number >= smallest && number <= largest))
        {
            var bounds = double.IsInfinity(largest)
                ? string.Create(CultureInfo.InvariantCulture, $"{smallest} or more")
                : string.Create(CultureInfo.InvariantCulture, $"from {smallest} to {largest}");
            result.AddError($"{option.Name} must be {bounds}.");
        }
    });
}
