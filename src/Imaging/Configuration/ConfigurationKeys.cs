using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Hermes.Imaging.Configuration;

/// <summary>A YAML mapping whose keys are taken one by one; what is left over at the end was unknown.</summary>
internal sealed class ConfigurationKeys
{
    private readonly string _file;
    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lines = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    public ConfigurationKeys(string text, string file)
    {
        _file = file;
        if (text.Length > TrainingConfigurationReader.MaxLength)
        {
            throw new ConfigurationException(file, 1, $"the configuration has {text.Length} characters, at most {TrainingConfigurationReader.MaxLength} are read.");
        }

        var stream = new YamlStream();
        try
        {
            // An alias repeats a node; a few lines of them can stand for gigabytes, and a configuration has no use for one.
            if (new Scan(text).HasAlias)
            {
                throw new ConfigurationException(file, 1, "aliases are not accepted.");
            }

            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new ConfigurationException(file, e.Start.Line, $"not YAML: {e.InnerException?.Message ?? e.Message}");
        }

        if (stream.Documents.Count != 1 || stream.Documents[0].RootNode is not YamlMappingNode root)
        {
            throw new ConfigurationException(file, 1, "expected one mapping of keys to values.");
        }

        Add(root);
    }

    private ConfigurationKeys(string file, YamlMappingNode mapping)
    {
        _file = file;
        Add(mapping);
    }

    public bool Has(string key) => _values.ContainsKey(key);

    public Exception Error(string key, string message) => new ConfigurationException(_file, _lines.GetValueOrDefault(key, 1), $"{key}: {message}");

    public bool Skip(string key) => Has(key) && _taken.Add(key);

    public string Word(string key, string fallback) => Take(key) is { } node ? Scalar(key, node) : fallback;

    public void Only(string key, params string[] accepted)
    {
        var found = Word(key, accepted[0]);
        if (!accepted.Contains(found, StringComparer.OrdinalIgnoreCase))
        {
            throw Error(key, $"'{found}' is not supported; expected {string.Join(" or ", accepted)}.");
        }
    }

    public bool Flag(string key, bool fallback) => Take(key) is { } node
        ? bool.TryParse(Scalar(key, node), out var value) ? value : throw Error(key, "expected true or false.")
        : fallback;

    public double Number(string key, double fallback, double from, double to) =>
        Take(key) is { } node ? Parse(key, Scalar(key, node), from, to) : fallback;

    public int Integer(string key, int fallback, int from, int to) => Take(key) is { } node ? ParseInteger(key, Scalar(key, node), from, to) : fallback;

    public double[] Numbers(string key, double[] fallback, int count, double from, double to) =>
        Take(key) is { } node ? [.. Items(key, node, count).Select(item => Parse(key, item, from, to))] : fallback;

    public int[] Integers(string key, int[] fallback, int count, int from, int to) =>
        Take(key) is { } node ? [.. Items(key, node, count).Select(item => ParseInteger(key, item, from, to))] : fallback;

    public string[] Words(string key) => Take(key) is not { } node ? []
        : node is YamlSequenceNode list ? [.. list.Children.Select(item => Scalar(key, item))]
        : throw Error(key, "expected a list of words.");

    /// <summary>What stands under each name of a key, as keys to be taken one by one.</summary>
    public IReadOnlyList<(string Name, ConfigurationKeys Keys)> Nested(string key) => Take(key) is not { } node ? []
        : node is YamlMappingNode mapping
            ? [.. mapping.Children.Select(child => (Scalar(key, child.Key), child.Value is YamlMappingNode inner ? new ConfigurationKeys(_file, inner) : throw Expected(key)))]
            : throw Expected(key);

    public void OnlyNested(string key, string accepted)
    {
        if (Take(key) is { } node && (node is not YamlSequenceNode rows
            || rows.Children.Any(row => row is not YamlSequenceNode cells || cells.Children.Any(cell => (cell as YamlScalarNode)?.Value != accepted))))
        {
            throw Error(key, $"only {accepted} everywhere is supported.");
        }
    }

    public Dictionary<string, double> Mapping(string key, double from, double to)
    {
        var result = new Dictionary<string, double>(StringComparer.Ordinal);
        if (Take(key) is not { } node)
        {
            return result;
        }

        foreach ((var name, var value) in node is YamlMappingNode mapping ? mapping.Children : throw Error(key, "expected a mapping of names to numbers."))
        {
            result[Scalar(key, name)] = Parse(key, Scalar(key, value), from, to);
        }

        return result;
    }

    public void RefuseTogether(string one, string other)
    {
        if (Has(one) && Has(other))
        {
            throw Error(other, $"contradicts '{one}': a configuration counts in steps or in epochs, not both.");
        }
    }

    public void RefuseUnknown()
    {
        var unknown = _values.Keys.Where(key => !_taken.Contains(key)).MinBy(key => _lines[key]);
        if (unknown is not null)
        {
            throw Error(unknown, "unknown key.");
        }
    }

    private Exception Expected(string key) => Error(key, "expected a mapping of names to keys and values.");

    private void Add(YamlMappingNode mapping)
    {
        foreach ((var key, var value) in mapping.Children)
        {
            var name = (key as YamlScalarNode)?.Value ?? throw new ConfigurationException(_file, key.Start.Line, "a key must be a plain word.");
            _values[name] = value;
            _lines[name] = key.Start.Line;
        }
    }

    private YamlNode? Take(string key)
    {
        _taken.Add(key);
        return _values.GetValueOrDefault(key);
    }

    private string Scalar(string key, YamlNode node) => (node as YamlScalarNode)?.Value ?? throw Error(key, "expected a single value.");

    private IEnumerable<string> Items(string key, YamlNode node, int count) => node is YamlSequenceNode list && list.Children.Count == count
        ? list.Children.Select(item => Scalar(key, item))
        : throw Error(key, $"expected a list of {count} numbers.");

    private double Parse(string key, string text, double from, double to) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= from && value <= to
            ? value
            : throw Error(key, $"'{text}' is not a number in {from.ToString(CultureInfo.InvariantCulture)} to {to.ToString(CultureInfo.InvariantCulture)}.");

    private int ParseInteger(string key, string text, int from, int to) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= from && value <= to
            ? value
            : throw Error(key, $"'{text}' is not a whole number in {from} to {to}.");

    private sealed class Scan
    {
        public Scan(string text)
        {
            var parser = new Parser(new StringReader(text));
            while (parser.MoveNext())
            {
                HasAlias |= parser.Current is YamlDotNet.Core.Events.AnchorAlias;
            }
        }

        public bool HasAlias { get; }
    }
}
