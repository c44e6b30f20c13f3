using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Hermes.Grains.Interfaces;
using Hermes.Grains.State;
using Orleans.Storage;

namespace Hermes.Grains.Tests.Cluster;

/// <summary>Grain storage that outlives activations, keeps JSON like the silo's, and refuses writes over a version not read.</summary>
public sealed class RecordedStorage : IGrainStorage
{
    private static readonly StateJson Json = new();
    private readonly ConcurrentDictionary<(string Name, GrainId Id), (int Version, string Payload)> _rows = new();
    private readonly ConcurrentDictionary<(string Name, GrainId Id), int> _refused = new();
    private readonly ConcurrentDictionary<(string Name, GrainId Id), (string Containing, Task End)> _held = new();

    public string? Payload(string name, IAddressable grain) => _rows.TryGetValue((name, grain.GetGrainId()), out var row) ? row.Payload : null;

    /// <summary>The records of all actors, with their kinds and keys.</summary>
    public IReadOnlyList<(string Kind, string Key, JsonElement Record)> All() =>
        [.. _rows.Select(row => (row.Key.Name, row.Key.Id.Key.ToString()!, Record(row.Value.Payload)))];

    private static JsonElement Record(string payload)
    {
        using var document = JsonDocument.Parse(payload);
        return (document.RootElement.TryGetProperty("value", out var value) ? value : document.RootElement).Clone();
    }

    /// <summary>Damages what is stored of an actor.</summary>
    /// <returns>What was stored.</returns>
    public string Damage(string name, IAddressable grain, string payload = "{")
    {
        var key = (name, grain.GetGrainId());
        var (version, stored) = _rows[key];
        _rows[key] = (version, payload);
        return stored;
    }

    /// <summary>What is stored of an actor next is refused so many times, as while the database is away.</summary>
    public void Refuse(string name, IAddressable grain, int times = 1) => _refused[(name, grain.GetGrainId())] = times;

    /// <summary>What is stored of an actor next, and contains that, waits until <paramref name="end"/>, as while the database stands still.</summary>
    public void Hold(string name, IAddressable grain, Task end, string containing = "") => _held[(name, grain.GetGrainId())] = (containing, end);

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (_rows.TryGetValue((stateName, grainId), out var row))
        {
            grainState.State = Json.Deserialize<T>(new BinaryData(row.Payload));
            grainState.ETag = row.Version.ToString(CultureInfo.InvariantCulture);
            grainState.RecordExists = true;
        }
        else
        {
            grainState.State = Activator.CreateInstance<T>();
        }

        return Task.CompletedTask;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var payload = Json.Serialize(grainState.State).ToString();
        // A write takes a moment, so that requests and background work of an actor can get into each other's way.
        await Task.Yield();
        if (_held.TryGetValue((stateName, grainId), out var held) && payload.Contains(held.Containing, StringComparison.Ordinal) && _held.TryRemove((stateName, grainId), out _))
        {
            await held.End;
        }

        if (_refused.TryGetValue((stateName, grainId), out var left) && left > 0)
        {
            _refused[(stateName, grainId)] = left - 1;
            throw new HermesException("The database is away.") { IsPassing = true };
        }

        var read = grainState.ETag is null ? 0 : int.Parse(grainState.ETag, CultureInfo.InvariantCulture);
        var row = _rows.AddOrUpdate(
            (stateName, grainId),
            _ => (1, payload),
            (_, old) => old.Version == read ? (old.Version + 1, payload) : throw new InconsistentStateException($"{grainId} was at {old.Version}, not {read}"));
        grainState.ETag = row.Version.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _rows.TryRemove((stateName, grainId), out _);
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }
}
