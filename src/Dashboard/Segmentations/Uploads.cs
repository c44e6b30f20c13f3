using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Hermes.Grains.Interfaces;

namespace Hermes.Dashboard.Segmentations;

/// <summary>The volumes that browsers are sending, or have sent; one that nobody goes on with is let go.</summary>
internal sealed class Uploads : IDisposable
{
    /// <summary>The largest file that is taken: the largest volume the platform accepts, of eight bytes a voxel.</summary>
    public const long MostBytes = 4L << 30;

    /// <summary>How many are under way at most.</summary>
    public const int Most = 16;

    /// <summary>How long one waits for its next piece, and a whole one to be asked about.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>How long one waits for its next piece when others have no place or room.</summary>
    public static readonly TimeSpan IdleFor = TimeSpan.FromMinutes(2);

    // What else this machine needs its disk for.
    private const long Spared = 512L << 20;

    private readonly ConcurrentDictionary<string, Upload> _uploads = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly Lazy<DirectoryInfo> _folder = new(() => Directory.CreateTempSubdirectory("hermes-uploads-"));

    public Uploads(TimeProvider time) => _time = time;

    /// <summary>The size of the largest file that is taken, in words.</summary>
    public static string MostInWords => string.Create(CultureInfo.InvariantCulture, $"{MostBytes / (1 << 30)} GiB");

    /// <summary>Begins one.</summary>
    /// <exception cref="HermesException">It is no NIfTI file, too large, or there is no room.</exception>
    public Upload Begin(string fileName, long length)
    {
        LetGo(KeptFor);
        var name = Path.GetFileName(fileName.Replace('\\', '/'));
        if (!name.EndsWith(".nii", StringComparison.OrdinalIgnoreCase) && !name.EndsWith(".nii.gz", StringComparison.OrdinalIgnoreCase))
        {
            throw new HermesException($"{name} is no NIfTI file: its name ends neither with .nii nor with .nii.gz.", name);
        }

        if (length is < 1 or > MostBytes)
        {
            throw new HermesException(length < 1 ? $"{name} is empty." : $"{name} has {length} bytes; at most {MostInWords} are taken.", name);
        }

        if (!HasPlace || !HasRoom(length))
        {
            LetGo(IdleFor);
        }

        if (!HasPlace)
        {
            throw new HermesException($"{Most} uploads are under way; no more are taken at once.", hint: "Try again when one of them has ended.") { IsPassing = true };
        }

        if (!HasRoom(length))
        {
            throw new HermesException($"There is no room for {name} where the dashboard keeps uploads.", name) { IsPassing = true };
        }

        var id = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var upload = new Upload(id, name, length, Path.Combine(_folder.Value.FullName, id)) { Touched = _time.GetTimestamp() };
        _uploads[id] = upload;
        return upload;
    }

    /// <summary>One that was begun, which is kept for longer by that; null when there is none, or it was let go.</summary>
    public Upload? Find(string id)
    {
        if (Peek(id) is not { } upload)
        {
            return null;
        }

        upload.Touched = _time.GetTimestamp();
        return upload;
    }

    /// <summary>The same without keeping it for longer: a page that is left open for days keeps nothing.</summary>
    public Upload? Peek(string id) => _uploads.GetValueOrDefault(id);

    /// <summary>Gives one up.</summary>
    public void Remove(string id)
    {
        if (_uploads.TryRemove(id, out var upload))
        {
            upload.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var id in _uploads.Keys)
        {
            Remove(id);
        }

        if (_folder.IsValueCreated)
        {
            _folder.Value.Delete(recursive: true);
        }
    }

    private bool HasPlace => _uploads.Values.Count(u => u.Blob is null) < Most;

    private bool HasRoom(long length) =>
        new DriveInfo(_folder.Value.FullName).AvailableFreeSpace >= length + _uploads.Values.Sum(u => u.Length - u.Received) + Spared;

    // Those that are whole are asked about by who sent them, however full it is.
    private void LetGo(TimeSpan idle)
    {
        foreach (var (id, _) in _uploads.Where(u => !u.Value.IsAtWork && _time.GetElapsedTime(u.Value.Touched) >= (u.Value.Blob is null ? idle : KeptFor)))
        {
            Remove(id);
        }
    }
}
