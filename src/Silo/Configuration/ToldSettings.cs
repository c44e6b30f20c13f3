using System.CommandLine;
using System.Globalization;
using Hermes.Grains.Interfaces;
using Hermes.Grains.Interfaces.Platform;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;

namespace Hermes.Silo.Configuration;

/// <summary>What a silo was told, and where: an option goes before the environment, the environment before the file.</summary>
internal sealed class ToldSettings
{
    /// <summary>The option that names the file.</summary>
    public static readonly Option<string?> File = new("--config-file")
    {
        Description = $"A JSON file with settings under the names of these options, such as {{\"threads\": 8}}; {FileVariable} names one too.",
        HelpName = "FILE",
    };

    private const string FileVariable = "HERMES_CONFIG_FILE";

    private readonly IConfigurationRoot _all;
    private readonly string? _file;

    private ToldSettings(IConfigurationRoot all, string? file) => (_all, _file) = (all, file);

    /// <summary>Reads the file that an option or the environment names, the environment and the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="environment">The value of a variable; this process's own when null.</param>
    /// <exception cref="HermesException">The file cannot be read, or holds what is no setting.</exception>
    public static ToldSettings Read(ParseResult parsed, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        var file = parsed.GetValue(File) ?? environment(FileVariable);
        var builder = new ConfigurationBuilder();
        if (!string.IsNullOrEmpty(file))
        {
            builder.AddJsonFile(Path.GetFullPath(file), optional: false, reloadOnChange: false);
        }

        builder.AddInMemoryCollection(Where(key => environment(key.Variable) is { Length: > 0 } set ? set : null));
        builder.AddInMemoryCollection(Where(key => parsed.GetValue(key.Option)));
        try
        {
            var told = new ToldSettings(builder.Build(), file);
            told.RequireKnown();
            return told;
        }
        catch (Exception unreadable) when (unreadable is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new HermesException($"The settings in {file} cannot be read: {unreadable.GetBaseException().Message}", file);
        }
    }

    /// <summary>The value of a setting; null when nobody told one and there is no standard.</summary>
    /// <exception cref="HermesException">The value cannot be used.</exception>
    public string? Find(SettingKey key)
    {
        var section = _all.GetSection(key.Name);
        var list = section.GetChildren().Select(c => c.Value).ToList();
        var value = section.Value ?? (list.Count > 0 ? string.Join(',', list) : key.Standard);
        if (value is not null && key.WhyNot(value) is { } why)
        {
            throw new HermesException($"The setting {key.Name} {why} It stands {Origin(key)}.", IsInFile(key) ? _file : null);
        }

        return value is not null && key.IsFile && IsInFile(key) ? Path.GetFullPath(value, Path.GetDirectoryName(Path.GetFullPath(_file!))!) : value;
    }

    /// <summary>The value of a setting that has a standard.</summary>
    /// <inheritdoc cref="Find"/>
    public string Get(SettingKey key) => Find(key) ?? throw new InvalidOperationException($"{key.Name} has no standard.");

    /// <inheritdoc cref="Get"/>
    public int Whole(SettingKey key) => int.Parse(Get(key), CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Get"/>
    public double Number(SettingKey key) => double.Parse(Get(key), CultureInfo.InvariantCulture);

    /// <summary>Where a setting stands, in words; null when nobody told it.</summary>
    public string? Origin(SettingKey key) => Provider(key) switch
    {
        JsonConfigurationProvider => $"in {_file}",
        MemoryConfigurationProvider when IsOption(key) => $"in the option {key.Option.Name}",
        MemoryConfigurationProvider => $"in the variable {key.Variable}",
        _ => null,
    };

    /// <summary>Every setting, its value and where it was told. None is a secret: those are in the files that some of them name.</summary>
    public ConfigReport Report() => new([.. SettingKeys.All.Select(key => new SettingReport(key.Name, key.Variable, Find(key), Origin(key), key.Meaning))]);

    /// <summary>Whether a setting stands in an option.</summary>
    public bool IsOption(SettingKey key) => Provider(key) == _all.Providers.Last();

    private static IEnumerable<KeyValuePair<string, string?>> Where(Func<SettingKey, string?> told) =>
        SettingKeys.All.Select(key => KeyValuePair.Create(key.Name, told(key))).Where(pair => pair.Value is not null);

    private bool IsInFile(SettingKey key) => Provider(key) is JsonConfigurationProvider;

    private IConfigurationProvider? Provider(SettingKey key) =>
        _all.Providers.Reverse().FirstOrDefault(p => p.TryGet(key.Name, out _) || p.GetChildKeys([], key.Name).Any());

    private void RequireKnown()
    {
        var unknown = _all.GetChildren().Select(c => c.Key).Except(SettingKeys.All.Select(k => k.Name), StringComparer.OrdinalIgnoreCase).ToList();
        if (unknown.Count > 0)
        {
            throw new HermesException(
                $"{_file} holds what is no setting: {string.Join(", ", unknown)}.", _file, $"The settings are {string.Join(", ", SettingKeys.All.Select(k => k.Name))}.");
        }
    }
}
