using System.CommandLine;
using System.Globalization;

namespace Hermes.Silo.Configuration;

/// <summary>Something that a silo can be told: by an option, in its environment or in a file, under one name and with one rule.</summary>
internal sealed class SettingKey
{
    private readonly string _expected;
    private readonly Func<string, bool> _isGood;

    /// <param name="name">As options and files call it, such as <c>data-dir</c>.</param>
    /// <param name="meaning">What it is for.</param>
    /// <param name="expected">What a value looks like, such as "a number".</param>
    /// <param name="standard">What holds when nobody says anything; null when that depends on the rest.</param>
    /// <param name="isGood">Whether a value can be used.</param>
    /// <param name="isFile">Whether it names a file or folder: in a file of settings it is meant beside that file.</param>
    public SettingKey(string name, string meaning, string expected, string? standard, Func<string, bool> isGood, bool isFile = false)
    {
        (Name, Meaning, Standard, IsFile, _expected, _isGood) = (name, meaning, standard, isFile, expected, isGood);
        Variable = $"HERMES_{name.Replace('-', '_').ToUpperInvariant()}";
        Option = new Option<string?>($"--{name}") { Description = standard is null ? meaning : $"{meaning} [default: {standard}]", HelpName = isFile ? "PATH" : null };
        Option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var value }] && WhyNot(value) is { } why)
            {
                result.AddError($"{Option.Name} {why}");
            }
        });
    }

    public string Name { get; }

    public string Meaning { get; }

    public string? Standard { get; }

    public bool IsFile { get; }

    /// <summary>The environment variable.</summary>
    public string Variable { get; }

    public Option<string?> Option { get; }

    /// <summary>A whole number within bounds.</summary>
    public static SettingKey Whole(string name, string meaning, int smallest, int largest, int standard) => new(
        name,
        meaning,
        $"a whole number from {smallest} to {largest}",
        standard.ToString(CultureInfo.InvariantCulture),
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= smallest && number <= largest);

    /// <summary>A number within bounds.</summary>
    public static SettingKey Number(string name, string meaning, double smallest, double largest, double standard) => new(
        name,
        meaning,
        string.Create(CultureInfo.InvariantCulture, $"a number from {smallest} to {largest}"),
        standard.ToString(CultureInfo.InvariantCulture),
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= smallest && number <= largest);

    /// <summary>Why a value cannot be used, to follow the name of the setting; null when it can.</summary>
    public string? WhyNot(string value) => _isGood(value) ? null : $"needs {_expected}; '{value}' was given.";
}
