using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Hermes.Grains.Interfaces.Runs;
using Hermes.Grains.Interfaces.WorkOrders;

namespace Hermes.Dashboard.Runs;

/// <summary>What the lines of a stretch of metrics say.</summary>
internal sealed class ReadStretch
{
    private static readonly byte[] StepName = "step"u8.ToArray();
    private static readonly byte[] ValidationName = "validation"u8.ToArray();

    private readonly Dictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);

    private ReadStretch()
    {
    }

    /// <summary>Its numbers, step by step.</summary>
    public IEnumerable<KeyValuePair<string, MetricSeries>> Series => _series;

    /// <summary>The cases of its validations, in their order.</summary>
    public List<(int Step, IReadOnlyList<ValidatedCase> Cases)> Validations { get; } = [];

    /// <summary>Reads the lines of a stretch; those of steps outside it do not count.</summary>
    public static ReadStretch Of(MetricsChunk stretch, byte[] lines)
    {
        var read = new ReadStretch();
        read.Read(stretch, lines);
        return read;
    }

    private MetricSeries Find(string name) => CollectionsMarshal.GetValueRefOrAddDefault(_series, name, out _) ??= new MetricSeries();

    private void Read(MetricsChunk stretch, byte[] lines)
    {
        // One line names what the one before did: a name is compared, not read.
        var known = new List<(byte[] Name, MetricSeries Series)>();
        var numbers = new List<(MetricSeries Series, float Value)>();
        for (ReadOnlySpan<byte> rest = lines; rest.Length > 0;)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (line.Trim((byte)'\r').IsEmpty)
            {
                continue;
            }

            numbers.Clear();
            var reader = new Utf8JsonReader(line);
            var step = 0;
            ValidationLine? validation = null;
            reader.Read();
            for (var place = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName;)
            {
                if (reader.ValueTextEquals(StepName))
                {
                    reader.Read();
                    step = reader.GetInt32();
                }
                else if (reader.ValueTextEquals(ValidationName))
                {
                    reader.Read();
                    validation = JsonSerializer.Deserialize<ValidationLine>(ref reader, WorkOrderJson.Options);
                }
                else
                {
                    if (place == known.Count)
                    {
                        known.Add(Named(ref reader));
                    }
                    else if (!reader.ValueTextEquals(known[place].Name))
                    {
                        known[place] = Named(ref reader);
                    }

                    reader.Read();
                    if (reader.TokenType == JsonTokenType.Number)
                    {
                        numbers.Add((known[place].Series, (float)reader.GetDouble()));
                    }
                    else
                    {
                        reader.Skip();
                    }

                    place++;
                }
            }

            if (step < stretch.FirstStep || step > stretch.LastStep)
            {
                continue;
            }

            foreach (var (series, value) in numbers)
            {
                series.Add(step, value);
            }

            if (validation is not null)
            {
                Validated(step, validation);
            }
        }
    }

    // What older platforms wrote calls the time of a step by its unit alone.
    private (byte[] Name, MetricSeries Series) Named(ref Utf8JsonReader reader)
    {
        var name = reader.GetString()!;
        return (Encoding.UTF8.GetBytes(name), Find(name == "seconds" ? MetricKeys.SecondsPerStep : name));
    }

    private void Validated(int step, ValidationLine validation)
    {
        if (validation.MeanDice is { } mean)
        {
            Find(MetricKeys.ValidationDice).Add(step, (float)mean);
        }

        foreach (var task in validation.Tasks.Where(t => t.Dice is not null))
        {
            Find(MetricKeys.DiceOf(task.Task)).Add(step, (float)task.Dice!.Value);
        }

        if (validation.Cases is not { } cases)
        {
            return;
        }

        Validations.Add((step, cases));
        foreach (var found in cases.SelectMany(c => c.Dice.Select(d => (c.Dataset, Task: d.Key, Dice: d.Value))).GroupBy(d => (d.Task, d.Dataset)))
        {
            Find(MetricKeys.DiceOf(found.Key.Task, found.Key.Dataset)).Add(step, (float)found.Average(d => d.Dice));
        }
    }
}
