using System.CommandLine;
using System.Globalization;

namespace Hermes.Cli.Verbs;

/// <summary>Numbers that only make sense within bounds.</summary>
internal static class NumberRange
{
    /// <summary>Refuses whole numbers outside of the bounds; what is no number is refused by the parser.</summary>
    public static void AcceptOnly(this Option option, int smallest, int largest = int.MaxValue) => option.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: var text }]
            && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && (number < smallest || number > largest))
        {
            result.AddError(largest == int.MaxValue ? $"{option.Name} must be {smallest} or more." : $"{option.Name} must be from {smallest} to {largest}.");
        }
    });
}
