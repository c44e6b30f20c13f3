using Hermes.Blobs;
using Hermes.Grains.Interfaces;
using Hermes.Hosting;
using Hermes.Silo.Configuration;
using Hermes.Silo.Storage;

namespace Hermes.Silo.Backup;

/// <summary>Where a platform keeps everything, as its silos are told.</summary>
internal sealed class PlatformPlace
{
    private readonly ToldSettings _told;
    private readonly string _data;
    private readonly bool _isCluster;

    private PlatformPlace(ToldSettings told)
    {
        _told = told;
        var cluster = DatabaseAddress.Choose(told.Find(SettingKeys.DatabaseFile));
        if (cluster is not null && told.IsOption(SettingKeys.DataDirectory) && !told.IsOption(SettingKeys.DatabaseFile))
        {
            throw new HermesException(
                $"Two platforms are named: that of the data directory {told.Find(SettingKeys.DataDirectory)}, and that of a database, which stands {told.Origin(SettingKeys.DatabaseFile) ?? $"in the variable {DatabaseAddress.Variable}"}.",
                hint: $"Leave out {SettingKeys.DataDirectory.Option.Name}, or take the database away from there.");
        }

        _isCluster = cluster is not null;
        _data = DataHome.Choose(told.Find(SettingKeys.DataDirectory));
        Database = cluster is null ? new SqliteDatabase(Path.Combine(_data, SiloSettings.DatabaseName)) : new PostgresDatabase(cluster, told.Find(SettingKeys.TlsAuthorityFile));
    }

    public Database Database { get; }

    /// <exception cref="HermesException">A setting cannot be used, or two platforms are named.</exception>
    public static PlatformPlace Of(ToldSettings told) => new(told);

    /// <summary>Refuses a data directory or a database in which no platform was; changes neither.</summary>
    /// <exception cref="HermesException">It is one.</exception>
    public void RequirePlatform()
    {
        if (_isCluster)
        {
            Database.Prepare();
        }
        else if (!File.Exists(Database.Description))
        {
            throw new HermesException(
                $"There is no platform in {_data}: the file {SiloSettings.DatabaseName} is missing.",
                _data,
                $"Name the data directory with {SettingKeys.DataDirectory.Option.Name}, or the database of a cluster.");
        }
    }

    /// <summary>Refuses silos of another site than that whose blobs come.</summary>
    /// <exception cref="HermesException">They were told of another.</exception>
    public void RequireSite(string site)
    {
        if (_told.Origin(SettingKeys.Site) is { } origin && _told.Get(SettingKeys.Site) != site)
        {
            throw new HermesException(
                $"The backup is of the site {site}, and the silos are to keep the blobs of the site {_told.Get(SettingKeys.Site)}, as it stands {origin}.",
                hint: $"Set {SettingKeys.Site.Name} to {site}.");
        }
    }

    /// <summary>Takes the data directory of a platform of its own; of a cluster, the database is its own lock.</summary>
    /// <exception cref="HermesException">A silo has it, or it holds something else.</exception>
    public IDisposable? Take() => _isCluster ? null : DataDirectoryLock.Take(_data);

    /// <exception cref="HermesException">It is not known where the blobs of a cluster are.</exception>
    public IBlobStore OpenBlobs()
    {
        var (address, folder) = (BlobAddress.Choose(_told.Find(SettingKeys.BlobsFile)), _told.Find(SettingKeys.BlobsDirectory));
        return !_isCluster || address is not null || folder is not null
            ? BlobStores.Open(_data, folder ?? Path.Combine(_data, "blobs"), address, _told.Get(SettingKeys.Site))
            : throw new HermesException(
                "It is not known where the blobs of the cluster are.",
                hint: $"Name them as the silos are told: {SettingKeys.BlobsDirectory.Option.Name}, {SettingKeys.BlobsFile.Option.Name}, or the file of a silo's settings with {ToldSettings.File.Name}.");
    }
}
